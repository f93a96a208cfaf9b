import { formatSchoolDay } from '#lib/domain/activity/school-day.ts';
import { type Badge, describeCriterion } from '#lib/domain/badges/index.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { evidenceSentence } from '#lib/i18n/measures.ts';
import { allBadges } from '#lib/server/awards/badges.ts';
import { previewBadge } from '#lib/server/awards/preview.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { schoolNow } from '#lib/server/stories/school.ts';

const previewWeeks = 26;
const mostOverlaps = 8;

/** What a badge would have done in the school's past half year, in the words of a page. */
export async function previewView(scope: SchoolScope, badge: Badge, locale: Locale, at: Date) {
  const before = (await schoolNow(scope, at)).today + 1;
  const preview = await previewBadge(scope, badge, { before, weeks: previewWeeks });
  const nameOf = await badgeNames(scope, locale);
  return {
    ...preview,
    rule: describeCriterion(badge.criterion, locale, nameOf),
    perWeek: preview.perWeek.map(({ week, crossings }) => ({ week: formatSchoolDay(week), crossings })),
    sample: preview.sample.map((one) => ({ ...one, crossedOn: formatSchoolDay(one.crossedOn) })),
    overlaps: preview.overlaps.slice(0, mostOverlaps).map((one) => ({ ...one, name: nameOf(one.badgeId) })),
    example: preview.example && {
      name: preview.sample.find(({ learnerId }) => learnerId === preview.example?.learnerId)?.name ?? '',
      reasons: preview.example.parts.map((part) => evidenceSentence(locale, part, nameOf)),
    },
  };
}

export type PreviewView = Awaited<ReturnType<typeof previewView>>;

/** The school's names for its badges; an id without a badge stands for itself. */
export async function badgeNames(scope: SchoolScope, locale: Locale): Promise<(id: string) => string> {
  const names = new Map((await allBadges(scope)).map(({ badge }) => [badge.id, badge.name[locale]]));
  return (id) => names.get(id) ?? id;
}
