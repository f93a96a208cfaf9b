import { and, asc, eq, gt } from 'drizzle-orm';
import type { SchoolDay } from '#lib/domain/activity/school-day.ts';
import type { Deeds } from '#lib/domain/what-if/index.ts';
import type { Locale } from '#lib/i18n/index.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import type { Preview } from '#lib/preview/preview.ts';
import type { SchoolScope } from '../platform/db/client.ts';
import { learners } from '../platform/db/schema.ts';
import { loadPreview } from './preview-data.ts';

/** What a browser needs to answer about one learner by itself, and what the server answers. No name is in it. */
export interface CheckedLearner {
  readonly data: PreviewData;
  readonly questions: readonly CheckedQuestion[];
}

export interface CheckedQuestion {
  readonly deeds: Deeds;
  readonly until: SchoolDay;
  /** The server's ranking, the most promising first. */
  readonly ranking: readonly { readonly badgeId: string; readonly chance: number | null }[];
}

export interface CheckedPage {
  readonly learners: readonly CheckedLearner[];
  /** To go on from; null after the last. */
  readonly next: number | null;
}

/** So many learners at a time: each costs a few queries and some thousand numbers. */
export const learnersAtATime = 20;

/** The learners after this one, in the order of their ids. @param after an id; 0 for the first */
export async function loadCheckedLearners(
  scope: SchoolScope,
  after: number,
  at: Date,
  locale: Locale,
): Promise<CheckedPage> {
  const rows = await scope.tx
    .select({ id: learners.id })
    .from(learners)
    .where(and(eq(learners.schoolId, scope.schoolId), gt(learners.id, after)))
    .orderBy(asc(learners.id))
    .limit(learnersAtATime);
  const checked: CheckedLearner[] = [];
  for (const { id } of rows) {
    const { data, preview } = await loadPreview(scope, id, at, locale);
    checked.push({ data, questions: questionsFor(preview) });
  }
  return { learners: checked, next: rows.length < learnersAtATime ? null : (rows.at(-1)?.id ?? null) };
}

/** As things stand; two weeks of what is usual; four weeks of all that is possible. */
export function questionsFor(preview: Preview): CheckedQuestion[] {
  const { today } = preview;
  const most = Object.fromEntries(preview.bounds(today + 28).map((bound) => [bound.deed, bound.most]));
  const asked: readonly (readonly [Deeds, SchoolDay])[] = [
    [{}, today],
    [preview.usual(today + 14), today + 14],
    [most, today + 28],
  ];
  return asked.map(([deeds, until]) => ({
    deeds,
    until,
    ranking: preview.rank(deeds, until).map(({ badgeId, chance }) => ({ badgeId, chance })),
  }));
}
