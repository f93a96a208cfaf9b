export { aheadDays, leastPeople, neighbours, type PathBadge, pathsLike } from './paths-like.ts';
