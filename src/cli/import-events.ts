import { parseArgs } from 'node:util';
import { activityKinds } from '#lib/domain/activity/event.ts';
import {
  mappableFields,
  openEventsFile,
  parseKinds,
  parseMap,
} from '#lib/server/activity/import/events-file.ts';
import { type Command, UsageError } from './command.ts';
import { dryRunAndReport, importAndReport, importInWords, importSchool } from './import-report.ts';

const help = `merito import events FILE --map FIELD=COLUMN,… [OPTIONS]

Imports a table of events: text with a header line, separated by commas, tabs or semicolons, plain or .gz.

  --map FIELD=COLUMN,…   which column is what; learner, time and kind are needed
                         fields: ${mappableFields.join(', ')}
  --kinds WORD=KIND,…    the file's own words for kinds, such as Login=view
                         kinds: ${activityKinds.join(', ')}
  --create-learners      adds learners the school does not have yet
  --school SLUG          the school that gets the data (default: the only one)
  --create               adds the school when there is none of that slug
  --dry-run              checks every row, prints the first errors, writes nothing

Times: 2026-03-10T09:10:00+01:00, 2026-03-10 09:10 (the school's own clock), or 2026-03-10.
With an id column an event counts once whatever file it comes from; without, the same file counts once.

Example: merito import events log.csv --map learner=student,time=when,kind=action,id=event_id`;

const command: Command = {
  name: 'import events',
  summary: 'import a table of events',
  help,
  run: (args, context) =>
    importInWords(async () => {
      const { path, values } = parse(args);
      const app = await context.app();
      const schoolId = await importSchool(app.database, values.school, values.create);
      const options = {
        map: parseMap(values.map),
        kinds: parseKinds(values.kinds),
        createsLearners: values['create-learners'],
      };
      const dryRun = values['dry-run'];
      const source = await openEventsFile({ ...app, schoolId }, path, options, { dryRun });
      return dryRun ? dryRunAndReport(source, context) : importAndReport(app, schoolId, source, context);
    }),
};

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      map: { type: 'string' },
      kinds: { type: 'string', default: '' },
      'create-learners': { type: 'boolean', default: false },
      school: { type: 'string' },
      create: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const [path, ...others] = positionals;
  if (!path || others.length > 0) throw new UsageError(`FILE: expected one, got ${positionals.length}`);
  const { map } = values;
  if (map === undefined)
    throw new UsageError('--map: expected learner=COLUMN,time=COLUMN,kind=COLUMN, got nothing');
  return { path, values: { ...values, map } };
}

export default command;
