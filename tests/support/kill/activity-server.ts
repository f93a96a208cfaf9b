// A server that takes activity in over HTTP and nothing else, to be killed. Arguments: the database's address.
import { createServer } from 'node:http';
import { createActivityEndpoint } from '#lib/server/activity/endpoint.ts';
import { systemClock } from '#lib/server/platform/clock.ts';
import { readConfig } from '#lib/server/platform/config.ts';
import { connect } from '#lib/server/platform/db/client.ts';
import { createLog } from '#lib/server/platform/log.ts';

const url = process.argv[2];
if (!url) throw new Error('activity-server: expected the address of a database');
const database = connect(url);
const endpoint = createActivityEndpoint({
  config: readConfig({}),
  database,
  clock: systemClock,
  log: createLog('silent'),
});
const server = createServer((request, response) => void endpoint.serve(request, response));
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
