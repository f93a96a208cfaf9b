import type { Locale } from '#lib/i18n/index.ts';
import { whatIfWords } from '#lib/i18n/learner-what-if.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import { loadPreview } from '#lib/server/stories/preview-data.ts';
import { type Problem, readChoice } from './choice.ts';
import { type Outlook, outlookOf } from './outlook.ts';

export interface ServerAnswer {
  readonly initial: Outlook;
  readonly problems: readonly string[];
}

/** The panel as the server fills it: as usual, or as the address asks. The same code as on the device. */
export async function answerWhatIf(
  scope: SchoolScope,
  learnerId: number,
  at: Date,
  locale: Locale,
  asked: URLSearchParams,
): Promise<ServerAnswer> {
  const { data, preview } = await loadPreview(scope, learnerId, at, locale);
  const choice = readChoice(asked, preview);
  return {
    initial: outlookOf(data, preview, choice, locale),
    problems: choice.problems.map((problem) => inWords(problem, locale)),
  };
}

function inWords(problem: Problem, locale: Locale): string {
  const t = whatIfWords[locale];
  if (problem.kind === 'time') return t.notATime(problem.value);
  if (problem.kind === 'not possible') return t.notOffered(t.deeds[problem.deed]);
  const { deed, least, most } = problem.bound;
  return t.outOfBounds(t.deeds[deed], least, most, problem.value);
}
