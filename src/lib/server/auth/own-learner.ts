import { error } from '@sveltejs/kit';
import type { Caller } from './reach.ts';

/** The learner that the account belongs to. @throws 404 for an account that belongs to none. */
export function ownLearnerId({ user }: Caller): number {
  const learnerId = user?.learnerId ?? null;
  if (learnerId === null) error(404, 'Not found');
  return learnerId;
}
