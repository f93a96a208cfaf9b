import type { BoostingModel } from '../model.ts';
import type { ForeignModel } from './foreign-model.ts';
import { ModelFileError } from './model-file-error.ts';

/**
 * The model with its columns in the order of `columns`, matched by name.
 * @throws ModelFileError that names what the file lacks, has beside or has twice
 */
export function alignColumns({ model, names }: ForeignModel, columns: readonly string[]): BoostingModel {
  if (!names) throw new ModelFileError('columns', 'expected a file that names its columns, got none');
  const placeOf = new Map(columns.map((name, place) => [name, place]));
  const known = new Set<string>();
  const twice = names.filter((name) => known.size === known.add(name).size);
  const wrong = [
    ['missing', columns.filter((name) => !known.has(name))],
    ['unknown', names.filter((name) => !placeOf.has(name))],
    ['twice', twice],
  ] as const;
  const problems = wrong.flatMap(([problem, found]) =>
    found.length > 0 ? [`${problem}: ${some(found)}`] : [],
  );
  if (problems.length > 0)
    throw new ModelFileError(
      'columns',
      `expected the ${columns.length} of the task once each, ${problems.join('; ')}`,
    );
  const order = names.map((name) => placeOf.get(name) ?? 0);
  const { trees, statistics } = model;
  return {
    ...model,
    // Columns past the input are derived from it and keep their place.
    trees: { ...trees, feature: trees.feature.map((column) => order[column] ?? column) },
    statistics: statistics && {
      derived: statistics.derived.map((one) => ({
        ...one,
        sources: one.sources.map((source) => order[source]),
      })),
    },
  };
}

/** The first few names; a wrong file may have thousands. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
