import { adminWords } from '#lib/i18n/admin.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { pathModelWords } from '#lib/i18n/path-model.ts';
import { previewModelWords } from '#lib/i18n/preview-model.ts';

const taskPattern = /(engagement-level|badge-chance|badge-preview|at-risk|learner-paths): /;

/** What a training says while it runs and at its end, one line a task: `Early warning: learning`. */
export function jobLines(message: string, locale: Locale): string[] {
  const t = adminWords[locale].models;
  const [, ...parts] = message.split(taskPattern);
  if (parts.length === 0) return [message];
  const tasks: Readonly<Record<string, { readonly name: string }>> = {
    ...t.tasks,
    'badge-preview': previewModelWords[locale],
    'learner-paths': pathModelWords[locale],
  };
  const words: Readonly<Record<string, string>> = { ...t.steps, ...t.status };
  return parts.flatMap((task, index) => {
    if (index % 2 === 1) return [];
    const said = (parts[index + 1] ?? '').trim();
    const [first = ''] = said.split('.');
    const own: Readonly<Record<string, string>> =
      task === 'badge-preview' ? previewModelWords[locale].status : {};
    const translated = own[first] ?? words[first];
    return [`${tasks[task]?.name ?? task}: ${translated ?? said}`];
  });
}
