import { fail } from '@sveltejs/kit';
import type { Locale } from '#lib/i18n/index.ts';
import { teacherWords } from '#lib/i18n/teacher.ts';
import { classesWithinReach, inSchool, rowId } from '#lib/server/auth/reach.ts';
import { reviewerFor } from '#lib/server/decisions/review-queue.ts';
import { approveReview, rejectReview, type ReviewResult } from '#lib/server/decisions/reviews.ts';
import { restoreAward, revokeAward } from '#lib/server/decisions/revocations.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadReviewPage } from '#lib/server/stories/review-page.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const deciders = { approve: approveReview, reject: rejectReview };
type Verdict = keyof typeof deciders;

export const load: PageServerLoad = async ({ locals, url, depends }) => {
  depends('merito:reviews');
  const badge = url.searchParams.get('badge');
  const page = await inSchool(locals, async (scope) => {
    const reach = await classesWithinReach(scope, locals);
    return loadReviewPage(scope, withinClass(reach, url.searchParams.get('class')), badge, locals.locale);
  });
  return { page, badge };
};

/** One class of those within reach when the address names one; all of them otherwise. */
function withinClass(reach: readonly number[] | 'all', wanted: string | null): readonly number[] | 'all' {
  const classId = rowId(wanted ?? undefined);
  if (Number.isNaN(classId)) return reach;
  return reach === 'all' || reach.includes(classId) ? [classId] : reach;
}

export const actions: Actions = {
  approve: (event) => decideOne(event, 'approve'),
  reject: (event) => decideOne(event, 'reject'),
  bulk: decideMany,
  undo,
};

async function decideOne({ locals, request }: RequestEvent, verdict: Verdict) {
  const form = await request.formData();
  const reviewId = rowId(String(form.get('reviewId')));
  const reason = String(form.get('reason') ?? '').trim() || null;
  const { clock } = await app();
  const result = await inSchool(locals, async (scope) =>
    deciders[verdict](scope, reviewId, await reviewerFor(scope, locals), reason, clock.now()),
  );
  const t = teacherWords[locals.locale].reviews;
  if (!result.ok) return fail(result.because === 'not found' ? 404 : 409, { message: t.gone });
  return { done: sentence(result, verdict, locals.locale), undo: undoOf(result, verdict) };
}

type Decided = Extract<ReviewResult, { ok: true }>;

function sentence({ review }: Decided, verdict: Verdict, locale: Locale): string {
  return teacherWords[locale].reviews.done[verdict](review.learnerName, review.badge.name[locale]);
}

/** What takes the decision back; null when nothing was given or taken. */
function undoOf({ awardId }: Decided, verdict: Verdict) {
  if (awardId === null) return null;
  return { awardId, verdict };
}

async function decideMany({ locals, request }: RequestEvent) {
  const t = teacherWords[locals.locale].reviews;
  const form = await request.formData();
  if (form.get('confirm') !== 'yes') return fail(400, { message: t.confirmNeeded });
  const verdict: Verdict = form.get('verdict') === 'approve' ? 'approve' : 'reject';
  const ids = String(form.get('ids')).split(',').map(rowId);
  const { clock } = await app();
  const results = await inSchool(locals, async (scope) => {
    const reviewer = await reviewerFor(scope, locals);
    const all: ReviewResult[] = [];
    for (const id of ids) all.push(await deciders[verdict](scope, id, reviewer, null, clock.now()));
    return all;
  });
  return { done: t.done.bulk(results.filter(({ ok }) => ok).length), undo: null };
}

async function undo({ locals, request }: RequestEvent) {
  const t = teacherWords[locals.locale].reviews;
  const form = await request.formData();
  const awardId = rowId(String(form.get('awardId')));
  const { clock } = await app();
  const isUndone = await inSchool(locals, async (scope) => {
    const reviewer = await reviewerFor(scope, locals);
    if (form.get('verdict') === 'reject')
      return (await restoreAward(scope, awardId, reviewer, t.undoneReason, clock.now())).ok;
    const { revoked } = await revokeAward(scope, awardId, reviewer, t.undoneReason, clock.now());
    return revoked.length > 0;
  });
  if (!isUndone) return fail(409, { message: t.gone });
  return { done: t.done.undo, undo: null };
}
