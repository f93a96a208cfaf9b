import { parseArgs } from 'node:util';
import { eq } from 'drizzle-orm';
import { localMoment } from '#lib/domain/activity/school-day.ts';
import { type FittedTier, tunedLeaf } from '#lib/domain/badges/index.ts';
import { holdersShare } from '#lib/server/awards/awards.ts';
import { allBadges } from '#lib/server/awards/badges.ts';
import { applyTiers, fewestLearners, fitSchoolTiers } from '#lib/server/awards/tiers.ts';
import type { App } from '#lib/server/platform/app.ts';
import { schools } from '#lib/server/platform/db/schema.ts';
import { type Command, UsageError } from './command.ts';

const fitHelp = `merito badges fit --school SLUG [--apply]

Looks at what the school's learners reached so far and says which thresholds would make each badge as rare as it is
meant to be: common 40 %, rare 15 %, epic 4.5 %, legendary 1 % of the learners. Needs ${fewestLearners} learners.

  --school SLUG   short name of the school
  --apply         save the thresholds: each changed rule gets a new version and everyone is evaluated anew

Example: merito badges fit --school galilei --apply`;

const listHelp = `merito badges list --school SLUG

Every badge of the school: declared rarity, live rarity, how many hold it, version of its rule.

Example: merito badges list --school galilei`;

export const badgesFit: Command = {
  name: 'badges fit',
  summary: "set the badges' thresholds from the school's own history",
  help: fitHelp,
  run: async (args, context) => {
    const { values } = parseArgs({
      args: [...args],
      options: { school: { type: 'string' }, apply: { type: 'boolean', default: false } },
    });
    const app = await context.app();
    const school = await findSchool(app, values.school);
    const at = app.clock.now();
    const before = localMoment(at, school.timeZone).day + 1;
    const { fit, changed } = await app.database.withSchool(school.id, async (scope) => {
      const found = await fitSchoolTiers(scope, before);
      return {
        fit: found,
        changed: values.apply ? await applyTiers(scope, found.tiers, 'system', at) : null,
      };
    });
    context.print(`${fit.learners} learners looked at.\n`);
    context.print(row('badge', 'from', 'to', 'meant for', 'reached by'));
    for (const tier of fit.tiers) context.print(tierRow(tier));
    if (fit.tiers.some(({ isFitted }) => !isFitted)) context.print('\n* no history to set it from');
    context.print(changed === null ? '\nNothing saved: add --apply.' : `\n${changed} rules changed.`);
    return 0;
  },
};

export const badgesList: Command = {
  name: 'badges list',
  summary: 'list the badges with their live rarity',
  help: listHelp,
  run: async (args, context) => {
    const { values } = parseArgs({ args: [...args], options: { school: { type: 'string' } } });
    const app = await context.app();
    const { id } = await findSchool(app, values.school);
    const [badges, holders] = await app.database.withSchool(id, async (scope) => [
      await allBadges(scope),
      await holdersShare(scope),
    ]);
    context.print(row('badge', 'declared', 'live', 'held by', 'rule'));
    for (const { badge, ruleVersion, isActive } of badges) {
      const held = holders.get(badge.id);
      const version = `v${ruleVersion}${isActive ? '' : ' (off)'}`;
      context.print(
        row(badge.id, badge.rarity, held?.rarity ?? '–', held ? percent(held.share) : '0 %', version),
      );
    }
    return 0;
  },
};

function tierRow({ badge, was, share, reached, isFitted }: FittedTier): string {
  const { value } = tunedLeaf(badge.criterion);
  return row(badge.id, String(was), `${value}${isFitted ? '' : ' *'}`, percent(share), percent(reached));
}

function row(name: string, ...cells: readonly string[]): string {
  return name.padEnd(26) + cells.map((cell) => cell.padStart(12)).join('');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

async function findSchool(
  { database }: App,
  slug: string | undefined,
): Promise<{ readonly id: number; readonly timeZone: string }> {
  const [school] = await database.system
    .select({ id: schools.id, timeZone: schools.timeZone })
    .from(schools)
    .where(eq(schools.slug, slug ?? ''));
  if (school) return school;
  const got = slug === undefined ? 'nothing' : JSON.stringify(slug);
  throw new UsageError(`--school: expected the short name of a school, got ${got}`);
}
