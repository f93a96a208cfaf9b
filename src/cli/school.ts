import { parseArgs } from 'node:util';
import { isLocale } from '#lib/i18n/index.ts';
import { oneTimePassword } from '#lib/server/auth/passwords.ts';
import { createSchool, createUser, isEmail, isSlug, isTimeZone } from '#lib/server/auth/users.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { inWords } from './refused.ts';

const help = `merito school create --slug NAME --name TEXT --admin E-MAIL [OPTIONS]

Adds a school and its first admin, and prints the admin's password once.

  --slug NAME         short name for commands: small letters, digits, hyphens
  --name TEXT         the school's name as people read it
  --admin E-MAIL      address of the first admin
  --admin-name TEXT   the admin's name (default: the address)
  --time-zone ZONE    IANA name (default: Europe/Rome)
  --locale it|en      the school's language (default: it)

Example: merito school create --slug galilei --name "Liceo Galilei" --admin preside@galilei.example`;

export const schoolCreate: Command = {
  name: 'school create',
  summary: 'add a school and its first admin',
  help,
  run: async (args, context) => {
    const wanted = parse(args);
    const { database } = await context.app();
    const password = oneTimePassword();
    await inWords(() =>
      database.system.transaction(async (tx) => {
        const schoolId = await createSchool(tx, wanted.school);
        await seedBadges({ schoolId, tx });
        await createUser({ schoolId, tx }, { ...wanted.admin, role: 'admin', password });
      }),
    );
    report(context, wanted.admin.email, password);
    return 0;
  },
};

function report(context: CommandContext, email: string, password: string): void {
  context.print(`Admin:    ${email}`);
  context.print(`Password: ${password}`);
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      slug: { type: 'string' },
      name: { type: 'string' },
      admin: { type: 'string' },
      'admin-name': { type: 'string' },
      'time-zone': { type: 'string', default: 'Europe/Rome' },
      locale: { type: 'string', default: 'it' },
    },
  });
  const { slug, name, admin, locale, 'time-zone': timeZone } = values;
  if (!slug || !isSlug(slug)) throw wrong('--slug', 'small letters, digits and hyphens', slug);
  if (!name) throw wrong('--name', 'the name of the school', name);
  if (!admin || !isEmail(admin)) throw wrong('--admin', 'an e-mail address', admin);
  if (!isTimeZone(timeZone)) throw wrong('--time-zone', 'an IANA name such as Europe/Rome', timeZone);
  if (!isLocale(locale)) throw wrong('--locale', 'it or en', locale);
  return {
    school: { slug, name, timeZone, locale },
    admin: { email: admin, name: values['admin-name'] ?? admin },
  };
}

function wrong(option: string, expected: string, came: string | undefined): UsageError {
  return new UsageError(
    `${option}: expected ${expected}, got ${came === undefined ? 'nothing' : JSON.stringify(came)}`,
  );
}
