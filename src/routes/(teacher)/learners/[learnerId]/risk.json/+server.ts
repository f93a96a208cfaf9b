import { error } from '@sveltejs/kit';
import { classesWithinReach, inSchool, rowId } from '#lib/server/auth/reach.ts';
import { loadRiskAudit } from '#lib/server/stories/audit.ts';
import type { RequestHandler } from './$types';

/** Every number behind the early warning of one learner in `?class=`, to keep and to check. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  const [learnerId, classId] = [params.learnerId, url.searchParams.get('class') ?? ''].map(rowId);
  const record = await inSchool(locals, async (scope) => {
    const reach = await classesWithinReach(scope, locals);
    if (Number.isNaN(classId) || (reach !== 'all' && !reach.includes(classId))) return null;
    return loadRiskAudit(scope, learnerId, classId);
  });
  if (!record) error(404, 'Not found');
  return new Response(JSON.stringify(record, null, 2), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="risk-${learnerId}-${classId}.json"`,
    },
  });
};
