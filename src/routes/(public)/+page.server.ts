import { redirect } from '@sveltejs/kit';
import { homeOf } from '#lib/server/auth/home.ts';
import { type DemoLogIns, demoPassword, suggestLogIns } from '#lib/server/demo/accounts.ts';
import { findDemo } from '#lib/server/demo/demo-school.ts';
import { app } from '#lib/server/platform/app.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  if (locals.user) redirect(303, homeOf(locals.user.role));
  return { demo: await demoDoors() };
};

/** Null outside demo mode. */
async function demoDoors(): Promise<{ logIns: DemoLogIns; password: string } | null> {
  const running = await app();
  if (!running.config.isDemo) return null;
  const demo = await findDemo(running);
  if (demo.kind === 'none') return null;
  const logIns = await running.database.withSchool(demo.schoolId, suggestLogIns);
  return { logIns, password: demoPassword };
}
