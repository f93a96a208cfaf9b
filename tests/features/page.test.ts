import { expect, test } from 'vitest';
import { featureCatalogue, type MeasureInfo, measures } from '#lib/domain/features/index.ts';

// docs/features.md is written from the catalogue: after a change, `npx vitest run tests/features/page.test.ts -u=all`.
test('docs/features.md says what the catalogue says', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/features.md');
});

function page(): string {
  const families = Map.groupBy(measures, ({ family }) => family);
  const sections = [...families].map(
    ([family, members]) => `## ${family}\n\n${members.map(entry).join('\n')}`,
  );
  return `${introduction}\n\n${sections.join('\n\n')}\n`;
}

const introduction = `# Measures and features

A measure is a way to look at a learner; a badge rule may use any of them with any window it takes. A feature is a
measure with its window fixed: the models learn from the ${featureCatalogue.length} features named below, among ${measures.length} measures.

Every measure looks at the days before a day, never at what came on it or later, and says NaN where there was nothing
to measure. Being graded, missing a lesson, entering or leaving a class are no activity. School days are Monday to
Friday, in a term, in no holiday. Today is not over: it ends no streak and lengthens no break.`;

function entry(info: MeasureInfo): string {
  const direction = { high: 'more is good', low: 'less is good', neither: 'neither is good' }[info.good];
  const features = featureCatalogue.filter(({ measure }) => measure === info.id).map(({ id }) => `\`${id}\``);
  return [
    `- \`${info.id}\`: **${info.name.en}**, **${info.name.it}** (${info.unit}; ${windows(info)}; ${direction})`,
    `  ${info.description.en}`,
    `  ${info.description.it}`,
    features.length === 0 ? '  For rules alone.' : `  Features: ${features.join(', ')}.`,
  ].join('\n');
}

function windows({ windows: rule }: MeasureInfo): string {
  if (rule === null) return 'no window';
  const days = `${rule.shortest} to ${rule.longest} days`;
  return rule.takesWholePast ? `${days} or the whole past` : days;
}
