export { pathTask } from './path-model.ts';
export { aheadDays, leastPeople, neighbours, type PathBadge, pathsLike } from './paths-like.ts';
export { refreshPlaces } from './places.ts';
export { type TrainedPaths, trainPaths } from './train-paths.ts';
