import { error } from '@sveltejs/kit';
import { classesWithinReach, inSchool, rowId } from '#lib/server/auth/reach.ts';
import { loadRiskAudits } from '#lib/server/stories/audit.ts';
import type { RequestHandler } from './$types';

/** Every number behind the early warnings of one learner, of all classes within reach or of `?class=`, to keep and to check. */
export const GET: RequestHandler = async ({ locals, params, url }) => {
  const learnerId = rowId(params.learnerId);
  const asked = url.searchParams.get('class');
  const records = await inSchool(locals, async (scope) => {
    const all = await loadRiskAudits(scope, learnerId, await classesWithinReach(scope, locals));
    return asked === null ? all : all.filter((record) => record.class === rowId(asked));
  });
  if (asked !== null && records.length === 0) error(404, 'Not found');
  const name = asked === null ? `risk-${learnerId}` : `risk-${learnerId}-${records[0].class}`;
  return new Response(JSON.stringify(asked === null ? records : records[0], null, 2), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.json"`,
    },
  });
};
