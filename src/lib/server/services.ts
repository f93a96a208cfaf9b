import type { Server } from 'node:http';
import { listenerOf } from './auth/listener.ts';
import { startEvaluationLoop } from './evaluation-loop.ts';
import { jobHandlers, nightly } from './job-handlers.ts';
import type { App } from './platform/app.ts';
import { startLive } from './platform/live.ts';

export interface Services {
  stop(): Promise<void>;
}

const nightlyCron = '30 1 * * *';

/** What runs beside the pages, in production and under `npm run dev` alike: live rooms, evaluations, jobs. */
export async function startServices(app: App, http: Server): Promise<Services> {
  const live = await startLive(http, {
    database: app.database,
    log: app.log,
    origin: app.config.origin,
    identify: (cookie) => listenerOf(app, cookie),
  });
  const evaluations = startEvaluationLoop(app);
  await app.jobs.work(jobHandlers(app));
  await app.jobs.schedule('nightly', nightlyCron, () => nightly(app));
  return {
    stop: async () => {
      await live.close();
      await evaluations.stop();
    },
  };
}
