import { resolve } from 'node:path';
import { z } from 'zod';

// The environment is read here and nowhere else. Every variable stands in .env.example.

const settings = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  MERITO_DATA: z.string().min(1).default('.data'),
  MERITO_ARTIFACTS: z.string().min(1).default('model-artifacts'),
  MERITO_DEMO: z.enum(['0', '1']).default('0'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  ORIGIN: z.url().optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export interface Config {
  /** Undefined: an embedded PostgreSQL starts by itself. */
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
  readonly artifactFolder: string;
  readonly isDemo: boolean;
  readonly host: string;
  readonly port: number;
  /** The address people type, for cookies and form checks; http://HOST:PORT unless told. */
  readonly origin: string;
  readonly logLevel: string;
}

/** @throws Error that names each bad variable, what was expected and what came. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settings.safeParse(present);
  if (!parsed.success) throw new Error(describe(parsed.error, environment));
  const value = parsed.data;
  return {
    databaseUrl: value.DATABASE_URL,
    dataFolder: resolve(value.MERITO_DATA),
    artifactFolder: resolve(value.MERITO_ARTIFACTS),
    isDemo: value.MERITO_DEMO === '1',
    host: value.HOST,
    port: value.PORT,
    origin: value.ORIGIN ?? `http://${value.HOST === '127.0.0.1' ? 'localhost' : value.HOST}:${value.PORT}`,
    logLevel: value.LOG_LEVEL,
  };
}

const secretNames = /URL|SECRET|TOKEN|PASSWORD/;

function describe(error: z.ZodError, environment: Readonly<Record<string, string | undefined>>): string {
  const lines = error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const came = secretNames.test(name) ? '(hidden)' : JSON.stringify(environment[name]);
    return `  ${name}: ${issue.message}, got ${came}`;
  });
  return ['The environment has settings that cannot be used:', ...lines].join('\n');
}
