import { error, fail } from '@sveltejs/kit';
import { doors } from '#lib/i18n/doors.ts';
import { isLocale } from '#lib/i18n/index.ts';
import { newPasswordFault, passwordOf, textOf } from '#lib/server/auth/form.ts';
import { isOwnPassword } from '#lib/server/auth/log-in.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { openSession, type SessionUser } from '#lib/server/auth/sessions.ts';
import { setLocale, setPassword } from '#lib/server/auth/users.ts';
import { app } from '#lib/server/platform/app.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals }) => {
  const { name, email, role, locale } = signedIn(locals);
  return { locale: locals.locale, account: { name, email, role, locale } };
};

export const actions: Actions = {
  language: async ({ request, locals }) => {
    const user = signedIn(locals);
    const wanted = textOf(await request.formData(), 'language');
    const chosen = isLocale(wanted) ? wanted : null;
    await inSchool(locals, (scope) => setLocale(scope, user.id, chosen));
    locals.user = { ...user, locale: chosen };
    if (chosen) locals.locale = chosen;
    return { done: 'language' as const };
  },
  password: async ({ request, locals, cookies, getClientAddress }) => {
    const user = signedIn(locals);
    const door = await app();
    const words = doors[locals.locale];
    const form = await request.formData();
    const next = passwordOf(form, 'newPassword');
    const fault = newPasswordFault(next);
    if (fault) return fail(400, { faults: { newPassword: words.faults[fault] } });
    const check = await isOwnPassword(door, user, passwordOf(form, 'currentPassword'), getClientAddress());
    if (check !== 'right') {
      const message = check === 'wrong' ? words.account.wrongPassword : words.logIn.wait(check.seconds);
      return fail(400, { faults: { currentPassword: message } });
    }
    await inSchool(locals, (scope) => setPassword(scope, user.id, next));
    const cookie = await openSession(door, user.id, null);
    cookies.set(cookie.name, cookie.value, { path: '/', ...cookie.attributes });
    return { done: 'password' as const };
  },
};

function signedIn(locals: App.Locals): SessionUser {
  if (!locals.user) error(401, doors[locals.locale].refusals[401]);
  return locals.user;
}
