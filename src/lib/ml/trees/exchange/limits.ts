import { ModelFileError } from './model-file-error.ts';

/** The largest files read. Far above any school's model, and low enough that a hostile file cannot exhaust memory. */
export const limits = {
  characters: 2 ** 28,
  trees: 50_000,
  nodes: 8_000_000,
  depth: 512,
  outputs: 1000,
  columns: 100_000,
  /** XGBoost's own: the whole numbers that float32 tells apart. */
  categories: 2 ** 24,
  /** 32-bit words of all category sets together. */
  categoryWords: 2 ** 22,
} as const;

/** Counts what a file asks for, over all of its trees. */
export interface Budget {
  /** @throws ModelFileError when the sum passes the limit */
  take(name: 'nodes' | 'categoryWords', amount: number, place: string): void;
}

export function openBudget(): Budget {
  const taken = { nodes: 0, categoryWords: 0 };
  return {
    take: (name, amount, place) => {
      taken[name] += amount;
      if (taken[name] > limits[name])
        throw new ModelFileError(
          place,
          `expected at most ${limits[name]} ${name} in a file, got ${taken[name]}`,
        );
    },
  };
}

export function checkLengthOfFile(text: string): void {
  if (text.length > limits.characters)
    throw new ModelFileError('file', `expected at most ${limits.characters} characters, got ${text.length}`);
}
