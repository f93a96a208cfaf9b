import { type JsonObject, openApiDocument } from './openapi.ts';
import { operations } from './operations.ts';
import { version } from './version.ts';

// The OpenAPI document flattened for people: what the page at /api shows.

export interface FieldReading {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
  readonly isOptional: boolean;
}

export interface OperationReading {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly group: 'School' | 'Learners' | 'Analytics' | 'Activity';
  readonly scope: string | null;
  readonly parameters: readonly FieldReading[];
  /** Content type and what it holds. */
  readonly body: readonly { readonly type: string; readonly holds: string }[];
  readonly answer: string;
  readonly problems: readonly { readonly status: string; readonly meaning: string }[];
}

export interface ApiReading {
  readonly version: string;
  readonly operations: readonly OperationReading[];
  readonly schemas: readonly { readonly name: string; readonly fields: readonly FieldReading[] }[];
}

export function readApi(): ApiReading {
  const document = openApiDocument(version);
  return {
    version,
    operations: operations.map(({ id, method, path, summary, description, group, scope }) => {
      const written = document.paths[path][method];
      return {
        id,
        method: method.toUpperCase(),
        path,
        summary,
        description,
        group,
        scope,
        ...partsOf(written),
      };
    }),
    schemas: Object.entries(document.components.schemas).map(([name, schema]) => ({
      name,
      fields: fieldsOf(schema),
    })),
  };
}

interface Written {
  readonly parameters: readonly (JsonObject & { readonly name: string; readonly schema: JsonObject })[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: JsonObject }>>;

function partsOf(
  operation: JsonObject,
): Pick<OperationReading, 'parameters' | 'body' | 'answer' | 'problems'> {
  const { parameters, requestBody, responses } = operation as unknown as Written;
  return {
    parameters: parameters.map(({ name, schema, description, required }) => ({
      name,
      type: typeOf(schema),
      meaning: textOf(description),
      isOptional: required !== true,
    })),
    body: Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => ({
      type,
      holds: typeOf(schema),
    })),
    answer: typeOf(responses[200].content['application/json'].schema),
    problems: Object.entries(responses)
      .filter(([status]) => status !== '200')
      .map(([status, { description }]) => ({ status, meaning: description })),
  };
}

function fieldsOf(schema: JsonObject): FieldReading[] {
  const required = (schema.required ?? []) as readonly string[];
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonObject>>;
  const fields = Object.entries(properties).map(([name, part]) => ({
    name,
    type: typeOf(part),
    meaning: textOf(part.description),
    isOptional: !required.includes(name),
  }));
  return fields.length > 0 ? fields : [{ name: '', type: typeOf(schema), meaning: '', isOptional: false }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A schema in a few words: `Badge`, `array of Evidence`, `number or null`, `"it" or "en"`. */
export function typeOf(schema: JsonObject): string {
  if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1) ?? '';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => JSON.stringify(one)).join(' | ');
  const parts = (schema.anyOf ?? schema.oneOf ?? schema.allOf) as readonly JsonObject[] | undefined;
  if (parts) return [...new Set(parts.map(typeOf))].join(' or ');
  if (schema.type === 'array') return `array of ${typeOf((schema.items ?? {}) as JsonObject)}`;
  if (schema.type === 'object') return objectWords(schema);
  if (schema.format) return `${textOf(schema.type)} (${textOf(schema.format)})`;
  return textOf(schema.type) || 'anything';
}

function objectWords({ properties }: JsonObject): string {
  const names = Object.keys((properties ?? {}) as object);
  return names.length === 0 ? 'object' : `object with ${names.join(', ')}`;
}
