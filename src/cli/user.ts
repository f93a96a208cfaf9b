import { parseArgs } from 'node:util';
import { eq } from 'drizzle-orm';
import { type Role, roles } from '#lib/server/auth/access.ts';
import { oneTimePassword } from '#lib/server/auth/passwords.ts';
import { learnerIdOf } from '#lib/server/auth/reach.ts';
import { createUser, isEmail, normalEmail, setPassword } from '#lib/server/auth/users.ts';
import type { Database } from '#lib/server/platform/db/client.ts';
import { schools, users } from '#lib/server/platform/db/schema.ts';
import { type Command, UsageError } from './command.ts';
import { inWords } from './refused.ts';

const createHelp = `merito user create --school SLUG --email E-MAIL --role ROLE [OPTIONS]

Adds an account and prints its password once.

  --school SLUG     short name of the school
  --email E-MAIL    address to log in with
  --role ROLE       learner, teacher or admin
  --name TEXT       the person's name (default: the address)
  --learner ID      for role learner: the learner's id in the school's own records

Example: merito user create --school galilei --email prof@galilei.example --role teacher`;

const passwordHelp = `merito user password --email E-MAIL

Gives an account a new password, prints it once, and logs the account out everywhere.

Example: merito user password --email preside@galilei.example`;

export const userCreate: Command = {
  name: 'user create',
  summary: 'add an account and print its password once',
  help: createHelp,
  run: async (args, context) => {
    const { school, email, role, name, learner } = parseCreate(args);
    const { database } = await context.app();
    const schoolId = await schoolBySlug(database, school);
    const password = oneTimePassword();
    await inWords(() =>
      database.withSchool(schoolId, async (scope) => {
        const learnerId = learner === undefined ? undefined : await learnerIdOf(scope, learner);
        await createUser(scope, { email, name, role, password, learnerId });
      }),
    );
    context.print(`Password for ${email}: ${password}`);
    return 0;
  },
};

export const userPassword: Command = {
  name: 'user password',
  summary: 'give an account a new password',
  help: passwordHelp,
  run: async (args, context) => {
    const { values } = parseArgs({ args: [...args], options: { email: { type: 'string' } } });
    const email = required('--email', values.email);
    const { database } = await context.app();
    const found = await database.system
      .select({ id: users.id, schoolId: users.schoolId })
      .from(users)
      .where(eq(users.email, normalEmail(email)));
    const user = found[0];
    if (!user) throw new UsageError(`--email: expected an account, got ${JSON.stringify(email)}`);
    const password = oneTimePassword();
    await database.withSchool(user.schoolId, (scope) => setPassword(scope, user.id, password));
    context.print(`Password for ${email}: ${password}`);
    return 0;
  },
};

function parseCreate(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      school: { type: 'string' },
      email: { type: 'string' },
      role: { type: 'string' },
      name: { type: 'string' },
      learner: { type: 'string' },
    },
  });
  const email = required('--email', values.email);
  if (!isEmail(email))
    throw new UsageError(`--email: expected an e-mail address, got ${JSON.stringify(email)}`);
  const role = roleOf(required('--role', values.role));
  if ((role === 'learner') !== (values.learner !== undefined))
    throw new UsageError('--learner: expected with role learner, and with no other role');
  return {
    school: required('--school', values.school),
    email,
    role,
    name: values.name ?? email,
    learner: values.learner,
  };
}

function roleOf(text: string): Role {
  const role = roles.find((known) => known === text);
  if (!role) throw new UsageError(`--role: expected ${roles.join(', ')}, got ${JSON.stringify(text)}`);
  return role;
}

function required(option: string, value: string | undefined): string {
  if (!value) throw new UsageError(`${option}: expected a value, got nothing`);
  return value;
}

async function schoolBySlug(database: Database, slug: string): Promise<number> {
  const rows = await database.system.select({ id: schools.id }).from(schools).where(eq(schools.slug, slug));
  const school = rows[0];
  if (!school)
    throw new UsageError(`--school: expected the short name of a school, got ${JSON.stringify(slug)}`);
  return school.id;
}
