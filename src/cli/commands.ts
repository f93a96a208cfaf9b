import type { Command } from './command.ts';

/** Every command, in the order of `merito --help`. Loaded when called, so that help stays instant. */
export const commands: readonly {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}[] = [];
