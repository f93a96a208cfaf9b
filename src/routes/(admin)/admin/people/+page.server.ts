import { fail } from '@sveltejs/kit';
import { doors } from '#lib/i18n/doors.ts';
import { type Role, roles } from '#lib/server/auth/access.ts';
import { emailFault, textOf } from '#lib/server/auth/form.ts';
import { oneTimePassword } from '#lib/server/auth/passwords.ts';
import { inSchool, learnerIdOf, rowId } from '#lib/server/auth/reach.ts';
import {
  createUser,
  findPerson,
  listClasses,
  listPeople,
  PeopleError,
  setClasses,
  setDisabled,
  setPassword,
} from '#lib/server/auth/users.ts';
import { app } from '#lib/server/platform/app.ts';
import type { SchoolScope } from '#lib/server/platform/db/client.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const search = (url.searchParams.get('search') ?? '').slice(0, 100);
  const { people, all, classes } = await inSchool(locals, async (scope) => ({
    ...(await listPeople(scope, { search })),
    classes: await listClasses(scope),
  }));
  return {
    locale: locals.locale,
    ownId: locals.user?.id ?? null,
    search,
    all,
    people: people.map(({ id, name, email, role, disabledAt }) => ({
      id,
      name,
      email,
      role,
      isDisabled: disabledAt !== null,
    })),
    classes,
  };
};

export const actions: Actions = {
  create: async ({ request, locals }) => {
    const typed = read(await request.formData());
    const faults = faultsOf(typed, locals);
    const { role } = typed;
    if (Object.keys(faults).length > 0 || !isRole(role)) return fail(400, { ...typed, faults });
    const password = oneTimePassword();
    try {
      await inSchool(locals, (scope) => add(scope, { ...typed, role }, password));
    } catch (failure) {
      if (!(failure instanceof PeopleError)) throw failure;
      const words = doors[locals.locale];
      const isEmail = failure.field === 'email';
      const message = isEmail ? words.takenEmail : words.people.wrongLearner;
      return fail(400, { ...typed, faults: { [isEmail ? 'email' : 'externalId']: message } });
    }
    return { issued: { email: typed.email, password } };
  },
  password: async ({ request, locals }) => {
    const id = textOf(await request.formData(), 'id');
    const password = oneTimePassword();
    const person = await inSchool(locals, async (scope) => {
      await setPassword(scope, id, password);
      return findPerson(scope, id);
    });
    return person ? { issued: { email: person.email, password } } : missing(locals);
  },
  disable: async ({ request, locals }) => {
    const id = textOf(await request.formData(), 'id');
    if (id === locals.user?.id)
      return fail(400, { faults: { person: doors[locals.locale].people.notYourself } });
    const at = (await app()).clock.now();
    return (await inSchool(locals, (scope) => setDisabled(scope, id, at))) ? {} : missing(locals);
  },
  enable: async ({ request, locals }) => {
    const id = textOf(await request.formData(), 'id');
    return (await inSchool(locals, (scope) => setDisabled(scope, id, null))) ? {} : missing(locals);
  },
  assign: async ({ request, locals }) => {
    const form = await request.formData();
    const classIds = form.getAll('classes').map((value) => rowId(String(value)));
    try {
      await inSchool(locals, (scope) => setClasses(scope, textOf(form, 'id'), classIds));
    } catch (failure) {
      if (!(failure instanceof PeopleError)) throw failure;
      const { notFound, wrongClass } = doors[locals.locale].people;
      return fail(404, { faults: { person: failure.field === 'classId' ? wrongClass : notFound } });
    }
    return { done: 'classes' as const };
  },
};

function isRole(value: string): value is Role {
  return roles.some((role) => role === value);
}

function missing(locals: App.Locals) {
  return fail(404, { faults: { person: doors[locals.locale].people.notFound } });
}

function read(form: FormData) {
  return {
    name: textOf(form, 'name').slice(0, 200),
    email: textOf(form, 'email'),
    role: textOf(form, 'role'),
    externalId: textOf(form, 'externalId'),
  };
}

function faultsOf(typed: ReturnType<typeof read>, { locale }: App.Locals): Record<string, string> {
  const words = doors[locale];
  const faults: Record<string, string> = {};
  if (!typed.name) faults.name = words.required;
  const email = emailFault(typed.email);
  if (email) faults.email = words.faults[email];
  if (!isRole(typed.role)) faults.role = words.people.wrongRole;
  if (typed.role === 'learner' && !typed.externalId) faults.externalId = words.required;
  return faults;
}

async function add(
  scope: SchoolScope,
  { name, email, role, externalId }: ReturnType<typeof read> & { readonly role: Role },
  password: string,
): Promise<void> {
  const learnerId = role === 'learner' ? await learnerIdOf(scope, externalId) : undefined;
  await createUser(scope, { name, email, role, password, learnerId });
}
