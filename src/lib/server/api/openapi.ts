import { z } from 'zod';
import { type Operation, operations } from './operations.ts';
import { problemSchema } from './schemas.ts';

export type JsonObject = { readonly [name: string]: unknown };

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: JsonObject;
  readonly paths: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonObject>>;
    readonly securitySchemes: JsonObject;
  };
}

const about =
  'Everything a program can do with a Merito school. Identify with an API key (Authorization: Bearer …), made by an ' +
  'admin on the Keys page with the scopes it needs. Errors are RFC 9457 problems.';

/** The document, from the schemas that check requests and answers. */
export function openApiDocument(version: string): OpenApiDocument {
  const known = new Map<string, JsonObject>();
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method] = describe(operation, known);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Merito', version, description: about, license: { name: 'MIT', identifier: 'MIT' } },
    paths,
    components: {
      schemas: Object.fromEntries([...known].sort(([a], [b]) => a.localeCompare(b))),
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
    },
  };
}

type Known = Map<string, JsonObject>;

function describe(operation: Operation, known: Known): JsonObject {
  const { id, summary, description, group, scope, body } = operation;
  return {
    operationId: id,
    summary,
    description,
    tags: [group],
    security: scope ? [{ apiKey: [scope] }] : [],
    parameters: parametersOf(operation, known),
    ...(body && { requestBody: { required: true, content: contentOf(body, known) } }),
    responses: responsesOf(operation, known),
  };
}

function parametersOf({ pathParameters = {}, query }: Operation, known: Known): JsonObject[] {
  const inPath = Object.entries(pathParameters).map(([name, description]) => ({
    name,
    in: 'path',
    required: true,
    description,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...rest } = referTo(schema as z.ZodType, 'input', known);
    return { name, in: 'query', required: false, ...(description ? { description } : {}), schema: rest };
  });
  return [...inPath, ...inQuery];
}

function contentOf(body: Readonly<Record<string, z.ZodType>>, known: Known): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([type, schema]) => [type, { schema: referTo(schema, 'input', known) }]),
  );
}

function responsesOf({ response, problems, scope }: Operation, known: Known): JsonObject {
  const refused = scope ? { 401: 'No valid API key.', 403: `The key lacks the scope ${scope}.` } : {};
  const schema = referTo(problemSchema, 'output', known);
  const failures = Object.entries({ ...refused, ...problems }).map(([status, description]) => [
    status,
    { description, content: { 'application/problem+json': { schema } } },
  ]);
  return {
    200: {
      description: 'Done.',
      content: { 'application/json': { schema: referTo(response, 'output', known) } },
    },
    ...Object.fromEntries(failures),
  };
}

/** A schema as a reference where it has a name; named parts go into `known`. */
function referTo(schema: z.ZodType, io: 'input' | 'output', known: Known): JsonObject {
  const made = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonObject & {
    readonly $defs?: Readonly<Record<string, JsonObject>>;
  };
  const { $defs = {}, $schema: _, ...own } = made;
  for (const [name, part] of Object.entries($defs)) known.set(name, withPlacedReferences(part));
  const name = z.globalRegistry.get(schema)?.id;
  if (!name) return withPlacedReferences(own);
  // A schema that names itself arrives as a reference into its own $defs, which stand in `known` by now.
  if (!('$ref' in own)) known.set(name, withPlacedReferences(own));
  return { $ref: `#/components/schemas/${name}` };
}

/** zod writes `#/$defs/X`; the document keeps its schemas elsewhere. */
function withPlacedReferences(part: JsonObject): JsonObject {
  const text = JSON.stringify(part, (name, value: unknown) =>
    name === 'id' && isSchemaId(value) ? undefined : value,
  );
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonObject;
}

/** `meta({ id })` repeats the name inside the schema; a property called id is an object. */
function isSchemaId(value: unknown): boolean {
  return typeof value === 'string';
}
