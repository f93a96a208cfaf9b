import { openApiDocument } from '#lib/server/api/openapi.ts';
import { version } from '#lib/server/api/version.ts';
import { type Command, UsageError } from './command.ts';

const help = `merito openapi: prints the OpenAPI 3.1 document of the API

Usage: merito openapi

The same document as at /api/v1/openapi.json. Needs no database.

Example: merito openapi > merito.json`;

export const openapi: Command = {
  name: 'openapi',
  summary: 'print the OpenAPI document of the API',
  help,
  run: async (args, { print }) => {
    if (args.length > 0) throw new UsageError(`openapi: expected no arguments, got ${args.join(' ')}`);
    print(JSON.stringify(openApiDocument(version), null, 2));
    return 0;
  },
};
