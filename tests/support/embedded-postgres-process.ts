import { startEmbeddedPostgres } from '#lib/server/platform/embedded-postgres.ts';

// A process of its own that uses the embedded PostgreSQL of a folder until a line comes on its standard input.
// Run by tests/integration/embedded-postgres.test.ts.

const folder = process.argv[2];
if (!folder) throw new Error('expected a folder');
const server = await startEmbeddedPostgres(folder);
process.stdout.write(`${server.url}\n`);
process.stdin.once('data', async () => {
  await server.stop();
  process.exit(0);
});
