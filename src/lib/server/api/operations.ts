import { z } from 'zod';
import { activityEventSchema } from '../activity/event-schema.ts';
import type { ApiScope } from '../auth/access.ts';
import * as schemas from './schemas.ts';

/** One thing a program can ask for. */
export interface Operation {
  readonly method: 'get' | 'post';
  /** As OpenAPI writes it: `/api/v1/users/{id}/analysis`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly group: 'School' | 'Learners' | 'Analytics' | 'Activity';
  /** What the API key must be allowed; null: open to anyone. */
  readonly scope: ApiScope | null;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  readonly body?: Readonly<Record<string, z.ZodType>>;
  readonly response: z.ZodType;
  /** Problems it may answer, beyond 401 and 403 where a scope is asked for. */
  readonly problems: Readonly<Record<number, string>>;
}

const learnerId = { id: "The school's own id of the learner." };
const unknownLearner = { 404: 'No such learner within reach.' };
const badQuery = { 400: 'A parameter cannot be used; `errors` names it.' };

export const atomicQuery = z.object({
  atomic: z.enum(['true', 'false']).default('false').describe('true: one event refused, none accepted.'),
});

/** The whole API, in the order of its page. */
export const operations: readonly Operation[] = [
  {
    method: 'post',
    path: '/api/v1/monitor/activity',
    id: 'sendActivity',
    summary: 'Send activity',
    description:
      'One event, an array, or NDJSON. Answered after the events are safely stored. The id decides: an event sent ' +
      'twice counts once, so after a timeout simply send again. Bad events are listed and the good ones kept, unless ' +
      '`atomic=true`.',
    group: 'Activity',
    scope: 'activity:write',
    query: atomicQuery,
    body: {
      'application/json': z.union([activityEventSchema, z.array(activityEventSchema).min(1).max(10_000)]),
      'application/x-ndjson': z.string().describe('One ActivityEvent a line.'),
    },
    response: schemas.receiptSchema,
    problems: {
      400: 'The body or a parameter cannot be read.',
      413: 'Too much at once.',
      415: 'A content type that is not understood.',
      422: 'Every event was refused; `errors` says why.',
      503: 'Send again later, with the same ids.',
    },
  },
  {
    method: 'get',
    path: '/api/v1/users/{id}/analysis',
    id: 'analyseLearner',
    summary: 'Analyse a learner',
    description: 'Measures, engagement level and risks with their reasons, and the badges held.',
    group: 'Learners',
    scope: 'analysis:read',
    pathParameters: learnerId,
    response: schemas.analysisSchema,
    problems: unknownLearner,
  },
  {
    method: 'get',
    path: '/api/v1/users/{id}/recommendations',
    id: 'recommendBadges',
    summary: 'Recommend badges',
    description: 'The badges to go for next, by chance × value / effort, each with what is missing.',
    group: 'Learners',
    scope: 'analysis:read',
    pathParameters: learnerId,
    response: schemas.recommendationsSchema,
    problems: unknownLearner,
  },
  {
    method: 'post',
    path: '/api/v1/users/{id}/assign-badges',
    id: 'assignBadges',
    summary: 'Evaluate a learner now',
    description:
      'Measures, scores and decides about every badge, as the live path does. Doing it again changes nothing. No ' +
      'badge is given unless its rule is met.',
    group: 'Learners',
    scope: 'awards:write',
    pathParameters: learnerId,
    response: schemas.assignmentSchema,
    problems: unknownLearner,
  },
  {
    method: 'get',
    path: '/api/v1/analytics/engagement',
    id: 'engagementAnalytics',
    summary: 'Engagement of the school',
    description: 'Active learners, activity by day, engagement levels, and how many hold each badge.',
    group: 'Analytics',
    scope: 'analytics:read',
    query: schemas.engagementQuery,
    response: schemas.engagementSchema,
    problems: badQuery,
  },
  {
    method: 'get',
    path: '/api/v1/analytics/predictions',
    id: 'predictionAnalytics',
    summary: 'Predictions',
    description: 'The models in use, how their answers spread, and the scores of one task, highest first.',
    group: 'Analytics',
    scope: 'analytics:read',
    query: schemas.predictionsQuery,
    response: schemas.predictionsSchema,
    problems: badQuery,
  },
  {
    method: 'get',
    path: '/api/v1/monitor/metrics',
    id: 'metrics',
    summary: 'Live metrics',
    description:
      'Events, active learners, awards, the review queue, the automatic threshold, models and backlog.',
    group: 'School',
    scope: 'monitor:read',
    response: schemas.metricsSchema,
    problems: {},
  },
  {
    method: 'get',
    path: '/api/v1',
    id: 'status',
    summary: 'Status',
    description: 'Which program answers, and where its documentation stands.',
    group: 'School',
    scope: null,
    response: schemas.statusSchema,
    problems: {},
  },
  {
    method: 'get',
    path: '/api/v1/health',
    id: 'health',
    summary: 'Health',
    description: 'The process answers. Also at /health.',
    group: 'School',
    scope: null,
    response: schemas.healthSchema,
    problems: {},
  },
  {
    method: 'get',
    path: '/ready',
    id: 'ready',
    summary: 'Readiness',
    description: 'The process answers and reaches its database.',
    group: 'School',
    scope: null,
    response: schemas.readySchema,
    problems: { 503: 'The database does not answer.' },
  },
];
