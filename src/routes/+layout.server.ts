import { inSchool } from '#lib/server/auth/reach.ts';
import { app } from '#lib/server/platform/app.ts';
import { loadFrame } from '#lib/server/stories/frame.ts';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ locals, cookies, depends }) => {
  depends('merito:frame');
  const { config, clock } = await app();
  const chosen = cookies.get('theme');
  const theme: 'light' | 'dark' | 'system' = chosen === 'light' || chosen === 'dark' ? chosen : 'system';
  return {
    locale: locals.locale,
    theme,
    isDemo: config.isDemo,
    user: locals.user && { name: locals.user.name, role: locals.user.role },
    frame: locals.user && (await inSchool(locals, (scope) => loadFrame(scope, locals, clock.now()))),
  };
};
