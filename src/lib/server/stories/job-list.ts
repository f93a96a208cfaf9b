import { and, desc, eq } from 'drizzle-orm';
import type { SchoolScope } from '../platform/db/client.ts';
import { jobRuns } from '../platform/db/schema.ts';

export interface JobView {
  readonly id: number;
  readonly status: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly message: string | null;
  readonly startedAt: Date;
}

/** The latest jobs of a kind, newest first. */
export async function latestJobs(scope: SchoolScope, kind: string, limit: number): Promise<JobView[]> {
  return scope.tx
    .select({
      id: jobRuns.id,
      status: jobRuns.status,
      progress: jobRuns.progress,
      message: jobRuns.message,
      startedAt: jobRuns.startedAt,
    })
    .from(jobRuns)
    .where(and(eq(jobRuns.schoolId, scope.schoolId), eq(jobRuns.kind, kind)))
    .orderBy(desc(jobRuns.id))
    .limit(limit);
}
