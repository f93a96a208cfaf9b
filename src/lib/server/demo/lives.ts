import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '#lib/server/platform/app.ts';
import type { LearnerState, SchoolOptions } from '#lib/simulator/index.ts';

/** How far the simulated lives have come: all that the live demo needs to go on after a restart. */
export interface DemoLives {
  readonly schoolId: number;
  readonly options: SchoolOptions;
  /** Every state stands before the same day, the next to live. */
  readonly states: readonly LearnerState[];
}

type Place = Pick<App, 'config'>;

function fileOf({ config }: Place): string {
  return join(config.dataFolder, 'demo-lives.json');
}

/** Replaces the file in one step, so that a killed demo finds the old one or the new one. */
export function saveLives(place: Place, lives: DemoLives): void {
  const file = fileOf(place);
  writeFileSync(`${file}.new`, JSON.stringify(lives));
  renameSync(`${file}.new`, file);
}

/** @throws Error when the file is not there or belongs to another school. */
export function loadLives(place: Place, schoolId: number): DemoLives {
  const lives: DemoLives = JSON.parse(readFileSync(fileOf(place), 'utf8'));
  if (lives.schoolId === schoolId) return lives;
  throw new Error(
    `${fileOf(place)}: expected the lives of school ${schoolId}, got those of ${lives.schoolId}`,
  );
}
