import { type Caller, classesWithinReach } from '../auth/reach.ts';
import { countOpenReviews } from '../decisions/review-queue.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { schoolNow } from './school.ts';

/** What the frame around every page of a school shows. */
export interface Frame {
  readonly schoolName: string;
  readonly timeZone: string;
  /** Decisions that wait for this person; 0 for learners. */
  readonly openReviews: number;
}

export async function loadFrame(scope: SchoolScope, caller: Caller, at: Date): Promise<Frame> {
  const { name, timeZone } = await schoolNow(scope, at);
  const classIds = await classesWithinReach(scope, caller);
  const openReviews = classIds.length === 0 ? 0 : await countOpenReviews(scope, classIds);
  return { schoolName: name, timeZone, openReviews };
}
