import { error, fail, redirect } from '@sveltejs/kit';
import { doors } from '#lib/i18n/doors.ts';
import type { Locale } from '#lib/i18n/index.ts';
import { emailFault, newPasswordFault, passwordOf, textOf } from '#lib/server/auth/form.ts';
import { homeOf } from '#lib/server/auth/home.ts';
import { openSession } from '#lib/server/auth/sessions.ts';
import { isSetupOpen, isSetupToken, setUpSchool } from '#lib/server/auth/setup.ts';
import { isSlug, isTimeZone, PeopleError } from '#lib/server/auth/users.ts';
import { seedBadges } from '#lib/server/awards/badges.ts';
import { app } from '#lib/server/platform/app.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  await requireOpen(locals.locale);
  return { locale: locals.locale, token: url.searchParams.get('token') ?? '' };
};

export const actions: Actions = {
  default: async ({ request, locals, cookies }) => {
    const site = await requireOpen(locals.locale);
    const form = await request.formData();
    const typed = read(form);
    const password = passwordOf(form, 'password');
    const words = doors[locals.locale];
    if (!isSetupToken(site, typed.token))
      return fail(403, { ...typed, faults: { token: words.setUp.wrongToken } });
    const faults = faultsOf(typed, password, locals.locale);
    if (Object.keys(faults).length > 0) return fail(400, { ...typed, faults });
    try {
      const wanted = {
        school: { name: typed.schoolName, slug: typed.slug, timeZone: typed.timeZone },
        admin: { name: typed.name, email: typed.email, password },
        locale: locals.locale,
      };
      const userId = await setUpSchool(site, wanted, seedBadges);
      const { name, value, attributes } = await openSession(site, userId, locals.sessionId);
      cookies.set(name, value, { path: '/', ...attributes });
    } catch (failure) {
      if (!(failure instanceof PeopleError)) throw failure;
      const message = failure.field === 'slug' ? words.setUp.takenSlug : words.takenEmail;
      return fail(400, { ...typed, faults: { [failure.field]: message } });
    }
    redirect(303, homeOf('admin'));
  },
};

async function requireOpen(locale: Locale) {
  const site = await app();
  if (!isSetupOpen(site)) error(404, doors[locale].refusals[404]);
  return site;
}

function read(form: FormData) {
  return {
    token: textOf(form, 'token'),
    schoolName: textOf(form, 'schoolName'),
    slug: textOf(form, 'slug'),
    timeZone: textOf(form, 'timeZone'),
    name: textOf(form, 'name'),
    email: textOf(form, 'email'),
  };
}

function faultsOf(typed: ReturnType<typeof read>, password: string, locale: Locale): Record<string, string> {
  const words = doors[locale];
  const faults: Record<string, string> = {};
  if (!typed.schoolName) faults.schoolName = words.required;
  if (!isSlug(typed.slug)) faults.slug = words.setUp.wrongSlug;
  if (!isTimeZone(typed.timeZone)) faults.timeZone = words.setUp.wrongTimeZone;
  if (!typed.name) faults.name = words.required;
  const email = emailFault(typed.email);
  if (email) faults.email = words.faults[email];
  const secret = newPasswordFault(password);
  if (secret) faults.password = words.faults[secret];
  return faults;
}
