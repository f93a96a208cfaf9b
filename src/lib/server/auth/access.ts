// Who may do what. Deny by default: a route or an operation that does not stand here is refused, and the
// matrix test (tests/integration/access.test.ts) fails for every one that the router has and this table lacks.
//
// One line a route id (as SvelteKit names it, groups included), one entry an operation:
//   load          opening the page, its data request, and every layout load on the way
//   ?/name        a form action; the unnamed one is `?/default`
//   GET, POST …   a method of +server.ts
// and for each either 'anyone' or
//   roles     people who are logged in and hold one of these roles
//   scope     programs whose API key carries this scope (none: no program may)
//   reaches   the object a route parameter names. Learners reach themselves, teachers the learners of their
//             classes, admins and programs their whole school; whatever lies beyond answers 404.
// hooks.server.ts enforces all of it before any load or action runs. An object named in a form or a body is
// checked by the code that reads it: requireLearner and requireClass in reach.ts.

export const roles = ['learner', 'teacher', 'admin'] as const;
export type Role = (typeof roles)[number];

export const apiScopes = [
  'activity:write',
  'analysis:read',
  'awards:write',
  'analytics:read',
  'monitor:read',
] as const;
export type ApiScope = (typeof apiScopes)[number];

/** The route parameter that names a learner or a class: by our id, or for programs by the school's own id. */
export type Reach =
  { readonly learner: string } | { readonly externalLearner: string } | { readonly class: string };

export interface Allowed {
  readonly roles: readonly Role[];
  readonly scope?: ApiScope;
  readonly reaches?: Reach;
}

export type Rule = 'anyone' | Allowed;
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
export type Operation = 'load' | `?/${string}` | HttpMethod;
export type RouteRules = Readonly<Partial<Record<Operation, Rule>>>;

const everyRole = roles;
const staff = ['teacher', 'admin'] as const;
const signedIn: Allowed = { roles: everyRole };
const learner: Allowed = { roles: ['learner'] };
const teacherOrAdmin: Allowed = { roles: staff };
const admin: Allowed = { roles: ['admin'] };
/** For what only says that there is nothing here. */
const anyMethod: RouteRules = {
  GET: 'anyone',
  POST: 'anyone',
  PUT: 'anyone',
  PATCH: 'anyone',
  DELETE: 'anyone',
};

export const access: Readonly<Record<string, RouteRules>> = {
  // ── Doors ──
  '/(public)': { load: 'anyone' },
  '/(public)/login': { load: 'anyone', '?/default': 'anyone' },
  '/(public)/logout': { load: 'anyone', '?/here': 'anyone', '?/everywhere': signedIn },
  '/(public)/setup': { load: 'anyone', '?/default': 'anyone' },
  '/preferences': { POST: 'anyone' },
  '/account': { load: signedIn, '?/password': signedIn, '?/language': signedIn },

  // ── Learner ──
  '/(learner)/me': { load: learner, '?/want': learner, '?/drop': learner, '?/keep': learner },
  '/(learner)/me/history': { load: learner },
  '/(learner)/me/preview.json': { GET: learner },
  '/me/preview-model/[version]/[file]': { GET: signedIn },

  // ── Teacher ──
  '/(teacher)/classes': { load: teacherOrAdmin },
  '/(teacher)/classes/[classId]': { load: { roles: staff, reaches: { class: 'classId' } } },
  '/(teacher)/learners/[learnerId]': {
    load: { roles: staff, reaches: { learner: 'learnerId' } },
    '?/revoke': { roles: staff, reaches: { learner: 'learnerId' } },
    '?/restore': { roles: staff, reaches: { learner: 'learnerId' } },
  },
  '/(teacher)/learners/[learnerId]/risk.json': { GET: { roles: staff, reaches: { learner: 'learnerId' } } },
  '/(teacher)/reviews': {
    load: teacherOrAdmin,
    '?/approve': teacherOrAdmin,
    '?/reject': teacherOrAdmin,
    '?/bulk': teacherOrAdmin,
    '?/undo': teacherOrAdmin,
  },

  // ── Admin ──
  '/(admin)/admin': { load: admin },
  '/(admin)/admin/models/preview-check': { load: admin },
  '/(admin)/admin/models/preview-check/learners.json': { GET: admin },
  '/(admin)/admin/models': { load: admin, '?/train': admin, '?/promote': admin },
  '/(admin)/admin/badges': { load: admin },
  '/(admin)/admin/badges/studio': { load: admin, '?/preview': admin, '?/publish': admin, '?/redress': admin },
  '/(admin)/admin/badges/[badgeId]': {
    load: admin,
    '?/preview': admin,
    '?/save': admin,
    '?/activate': admin,
    '?/deactivate': admin,
  },
  '/(admin)/admin/imports': { load: admin, '?/upload': admin, '?/check': admin, '?/start': admin },
  '/(admin)/admin/imports/[runId]/refused.csv': { GET: admin },
  '/(admin)/admin/keys': { load: admin, '?/create': admin, '?/revoke': admin },
  '/(admin)/admin/people': {
    load: admin,
    '?/create': admin,
    '?/password': admin,
    '?/disable': admin,
    '?/enable': admin,
    '?/assign': admin,
  },

  '/notifications': { GET: signedIn, POST: learner },

  // ── Programs ──
  '/health': { GET: 'anyone' },
  '/ready': { GET: 'anyone' },
  '/(public)/api': { load: 'anyone' },
  '/api/v1': { GET: 'anyone' },
  '/api/v1/[...rest]': anyMethod,
  '/api/v1/health': { GET: 'anyone' },
  '/api/v1/openapi.json': { GET: 'anyone' },
  '/api/v1/users/[id]/analysis': {
    GET: { roles: everyRole, scope: 'analysis:read', reaches: { externalLearner: 'id' } },
  },
  '/api/v1/users/[id]/recommendations': {
    GET: { roles: everyRole, scope: 'analysis:read', reaches: { externalLearner: 'id' } },
  },
  '/api/v1/users/[id]/assign-badges': {
    POST: { roles: staff, scope: 'awards:write', reaches: { externalLearner: 'id' } },
  },
  '/api/v1/analytics/engagement': { GET: { roles: ['admin'], scope: 'analytics:read' } },
  '/api/v1/analytics/predictions': { GET: { roles: ['admin'], scope: 'analytics:read' } },
  '/api/v1/monitor/metrics': { GET: { roles: ['admin'], scope: 'monitor:read' } },
  '/api/v1/monitor/activity': { POST: { roles: [], scope: 'activity:write' } },
};

/** Who asks, as far as the table can tell. */
export type Visitor =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'person'; readonly role: Role }
  | { readonly kind: 'program'; readonly scopes: readonly ApiScope[] };

export type Decision =
  | { readonly verdict: 'allow'; readonly reaches: Reach | null }
  /** Nobody is logged in: a page sends to the log-in, the API answers 401. */
  | { readonly verdict: 'log in' }
  | { readonly verdict: 'refuse'; readonly status: 403 | 404 | 405; readonly because: Refusal };

export type Refusal = 'undeclared route' | 'undeclared operation' | 'role' | 'scope';

/** What the table says, before any object is looked at. */
export function decide(routeId: string, operation: Operation, visitor: Visitor): Decision {
  if (!Object.hasOwn(access, routeId)) return { verdict: 'refuse', status: 404, because: 'undeclared route' };
  const rule = access[routeId]?.[operation];
  if (!rule) return { verdict: 'refuse', status: 405, because: 'undeclared operation' };
  if (rule === 'anyone') return { verdict: 'allow', reaches: null };
  return decideFor(rule, visitor);
}

function decideFor(rule: Allowed, visitor: Visitor): Decision {
  if (visitor.kind === 'anonymous') return { verdict: 'log in' };
  const allowed = { verdict: 'allow', reaches: rule.reaches ?? null } as const;
  if (visitor.kind === 'person')
    return rule.roles.includes(visitor.role) ? allowed : { verdict: 'refuse', status: 403, because: 'role' };
  return rule.scope && visitor.scopes.includes(rule.scope)
    ? allowed
    : { verdict: 'refuse', status: 403, because: 'scope' };
}

/** Which operation a request asks of a route: pages have `load` and actions, endpoints have methods. */
export function operationOf(routeId: string, method: string, url: URL): Operation {
  const isPage = access[routeId]?.load !== undefined;
  const asked = method === 'HEAD' ? 'GET' : (method as HttpMethod);
  if (!isPage) return asked;
  if (asked === 'GET') return 'load';
  if (asked !== 'POST') return asked;
  return actionOf(url);
}

/** SvelteKit's own reading: the first search parameter that starts with a slash names the action. */
function actionOf(url: URL): Operation {
  for (const name of url.searchParams.keys()) if (name.startsWith('/')) return `?${name as `/${string}`}`;
  return '?/default';
}
