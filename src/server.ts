import { existsSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ActivityEndpoint, createActivityEndpoint } from '#lib/server/activity/endpoint.ts';
import { announceSetup } from '#lib/server/auth/setup.ts';
import { type App, app as startApp } from '#lib/server/platform/app.ts';
import { refuseDemoSchool } from '#lib/server/demo/demo-school.ts';
import { startServices } from '#lib/server/services.ts';

// One process: HTTP with SvelteKit's pages, the activity route ahead of them, Socket.IO, the evaluation loop and jobs.

export interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

// Above the largest file an admin may upload to the imports page.
const bodyLimit = '64M';

/** Serves the built app. @throws Error when it has not been built or the port is taken. */
export async function startServer(app: App): Promise<RunningServer> {
  await refuseDemoSchool(app);
  const pages = await loadPages(app);
  const activity = createActivityEndpoint(app);
  const http = createServer((request, response) => serve(activity, pages, request, response));
  await listen(http, app);
  const services = await startServices(app, http);
  const stop = async () => {
    await services.stop();
    await closeHttp(http);
    await app.stop();
  };
  return { url: app.config.origin, stop };
}

async function loadPages(app: App): Promise<RequestListener> {
  const built = resolve('build/handler.js');
  if (!existsSync(built)) throw new Error('The pages have not been built yet. Run: npm run build');
  process.env.ORIGIN = app.config.origin;
  process.env.BODY_SIZE_LIMIT ??= bodyLimit;
  const module: { handler: RequestListener } = await import(pathToFileURL(built).href);
  return module.handler;
}

function serve(
  activity: ActivityEndpoint,
  pages: RequestListener,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  // SvelteKit's request path costs several times the work itself, and schools send thousands of events a second.
  if (activity.takes(request)) return void activity.serve(request, response);
  return pages(request, response);
}

function listen(http: Server, app: App): Promise<void> {
  const { host, port } = app.config;
  return new Promise((done, failed) => {
    http.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        error.code === 'EADDRINUSE'
          ? new Error(`PORT: ${port} is taken by another program. Set PORT to a free one.`)
          : error,
      ),
    );
    http.listen(port, host, done);
  });
}

function closeHttp(http: Server): Promise<void> {
  return new Promise((closed) => {
    http.close(() => closed());
    http.closeIdleConnections();
    setTimeout(() => http.closeAllConnections(), 3_000).unref();
  });
}

/** Stops in order on the first signal; a second one ends at once. */
export function stopOnSignal(running: RunningServer, log: App['log']): void {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      running.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ error }, 'server: could not stop cleanly');
          process.exit(1);
        },
      );
    });
  }
}

/** A start that fails must not leave the database running, nor answer a taken port with a stack. */
async function startOrEnd(): Promise<void> {
  const app = await startApp();
  try {
    const running = await startServer(app);
    stopOnSignal(running, app.log);
    process.stdout.write(`Merito is ready at ${running.url}\n`);
    const setup = await announceSetup(app);
    if (setup) process.stdout.write(`No school yet. Set one up at ${setup}\n`);
  } catch (error) {
    app.log.fatal({ error }, 'server: could not start');
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    await app.stop();
    process.exit(1);
  }
}

if (import.meta.main) await startOrEnd();
