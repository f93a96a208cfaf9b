import type { App } from '#lib/server/platform/app.ts';

/** One file a command; its words appear in `merito --help`. */
export interface Command {
  /** As typed: `train`, or two words: `import oulad`. */
  readonly name: string;
  readonly summary: string;
  /** What `merito NAME --help` prints: synopsis, options with defaults, an example. */
  readonly help: string;
  /** Resolves with the exit code. `app()` starts the database on first use. */
  run(args: readonly string[], context: CommandContext): Promise<number>;
}

export interface CommandContext {
  app(): Promise<App>;
  print(line: string): void;
  printError(line: string): void;
}

/** Misuse of a command: the message is for the person who typed it. Exit code 2. */
export class UsageError extends Error {}
