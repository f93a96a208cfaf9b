import { parseArgs } from 'node:util';
import { listModels } from '#lib/server/models/registry.ts';
import type { Command } from './command.ts';
import { describeVersion } from './describe-card.ts';
import { findSchools } from './find-schools.ts';

const help = `merito evaluate [--school SLUG] [--all]

Shows how good the models in use are on the rows they never saw, beside simple baselines, with 95 % intervals.

  --school SLUG   one school (default: all)
  --all           challengers, retired and refused models as well

Example: merito evaluate --school galilei`;

const evaluate: Command = {
  name: 'evaluate',
  summary: 'show how good the models are, beside simple baselines',
  help,
  run: async (args, context) => {
    const { values } = parseArgs({
      args: [...args],
      options: { school: { type: 'string' }, all: { type: 'boolean', default: false } },
    });
    const app = await context.app();
    for (const { id, slug } of await findSchools(app, values.school)) {
      const models = await app.database.withSchool(id, (scope) => listModels(scope));
      const shown = models.filter(({ status }) => values.all || status === 'champion');
      if (shown.length === 0) context.print(`${slug}: no model yet. Try: merito train --school ${slug}`);
      for (const { task, version, status, message, card } of shown) {
        context.print(`${slug} ${task} ${version}: ${status}${message ? `, ${message}` : ''}`);
        for (const line of describeVersion(task, card)) context.print(`  ${line}`);
      }
    }
    return 0;
  },
};

export default evaluate;
