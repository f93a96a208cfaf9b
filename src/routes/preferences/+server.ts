import { error, redirect } from '@sveltejs/kit';
import { isLocale, type Locale } from '#lib/i18n/index.ts';
import { localPath, textOf } from '#lib/server/auth/form.ts';
import { inSchool } from '#lib/server/auth/reach.ts';
import { setLocale } from '#lib/server/auth/users.ts';
import type { RequestHandler } from './$types';

const oneYear = 60 * 60 * 24 * 365;
const shared = { path: '/', maxAge: oneYear, sameSite: 'lax' } as const;
const languageCookie = 'merito_language';

/** Language and colours of this browser; works for visitors too. */
export const POST: RequestHandler = async ({ request, cookies, locals }) => {
  const form = await request.formData();
  const locale = form.get('locale');
  if (locale !== null) {
    if (!isLocale(locale)) error(400, `locale: expected it or en, got ${JSON.stringify(locale)}`);
    cookies.set(languageCookie, locale, shared);
    await keepForAccount(locals, locale);
  }
  const theme = form.get('theme');
  if (theme === 'light' || theme === 'dark') cookies.set('theme', theme, shared);
  if (theme === 'system') cookies.delete('theme', { path: '/' });
  redirect(303, localPath(textOf(form, 'back')) ?? '/');
};

/** A person's language follows them to other browsers. */
async function keepForAccount(locals: App.Locals, locale: Locale): Promise<void> {
  const { user } = locals;
  if (user) await inSchool(locals, (scope) => setLocale(scope, user.id, locale));
}
