import { parseArgs } from 'node:util';
import { openOuladFolder, pretendIds, saveOuladFolder } from '#lib/server/activity/import/oulad.ts';
import { type Command, UsageError } from './command.ts';
import { dryRunAndReport, importAndReport, importInWords, importSchool } from './import-report.ts';

const help = `merito import oulad FOLDER [OPTIONS]

Imports the Open University Learning Analytics Dataset: learners, classes (module presentations), terms,
deadlines, and all activity. Takes the original folder: courses, assessments, vle, studentInfo,
studentRegistration, studentAssessment and studentVle* as .csv or .tsv, plain or .gz.

Killed and run again, it goes on where it stopped; run again after its end, it does nothing.

  --school SLUG   the school that gets the data (default: the only one)
  --create        adds the school when there is none of that slug
  --dry-run       checks every row, prints the first errors, writes nothing

Example: merito import oulad ./oulad --school open-university --create`;

const command: Command = {
  name: 'import oulad',
  summary: 'import the Open University learning log',
  help,
  run: (args, context) =>
    importInWords(async () => {
      const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
          school: { type: 'string' },
          create: { type: 'boolean', default: false },
          'dry-run': { type: 'boolean', default: false },
        },
      });
      const [path, ...others] = positionals;
      if (!path || others.length > 0) throw new UsageError(`FOLDER: expected one, got ${positionals.length}`);
      const folder = await openOuladFolder(path);
      if (values['dry-run']) return dryRunAndReport(folder.source(pretendIds(folder)), context);
      const app = await context.app();
      const schoolId = await importSchool(app.database, values.school, values.create);
      const ids = await saveOuladFolder(app.database, schoolId, folder);
      context.print(`${ids.learners.size} learners in ${ids.classes.size} classes.`);
      return importAndReport(app, schoolId, folder.source(ids), context);
    }),
};

export default command;
