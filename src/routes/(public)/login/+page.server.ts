import { fail, redirect } from '@sveltejs/kit';
import { doors } from '#lib/i18n/doors.ts';
import { localPath, passwordOf, textOf } from '#lib/server/auth/form.ts';
import { homeOf } from '#lib/server/auth/home.ts';
import { logIn } from '#lib/server/auth/log-in.ts';
import { app } from '#lib/server/platform/app.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
  if (locals.user) redirect(303, localPath(url.searchParams.get('next')) ?? homeOf(locals.user.role));
  return { locale: locals.locale, next: localPath(url.searchParams.get('next')) };
};

export const actions: Actions = {
  default: async (event) => {
    const form = await event.request.formData();
    const email = textOf(form, 'email');
    const { logIn: words } = doors[event.locals.locale];
    const outcome = await logIn(await app(), {
      email,
      password: passwordOf(form, 'password'),
      address: event.getClientAddress(),
      sessionId: event.locals.sessionId,
    });
    if (outcome.verdict === 'wait') {
      event.setHeaders({ 'retry-after': String(outcome.seconds) });
      return fail(429, { email, message: words.wait(outcome.seconds) });
    }
    if (outcome.verdict === 'wrong') return fail(400, { email, message: words.wrong });
    const { name, value, attributes } = outcome.cookie;
    event.cookies.set(name, value, { path: '/', ...attributes });
    redirect(303, localPath(textOf(form, 'next')) ?? homeOf(outcome.role));
  },
};
