// Imports a folder in small batches and tells of each, to be killed. Arguments: database, school, folder, refused.
import { runImport } from '#lib/server/activity/import/import-run.ts';
import { openOuladFolder, saveOuladFolder } from '#lib/server/activity/import/oulad.ts';
import { systemClock } from '#lib/server/platform/clock.ts';
import { connect } from '#lib/server/platform/db/client.ts';

const [url = '', school = '', path = '', refused = ''] = process.argv.slice(2);
const database = connect(url);
const folder = await openOuladFolder(path);
const ids = await saveOuladFolder(database, Number(school), folder);
const result = await runImport(database, Number(school), folder.source(ids, { rowsPerBatch: 50 }), {
  clock: systemClock,
  folder: refused,
  onProgress: ({ rows }) => void process.send?.(rows),
});
process.send?.(result.run.status);
await database.close();
process.disconnect?.();
