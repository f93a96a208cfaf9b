import { parseArgs } from 'node:util';
import { suggestLogIns, demoPassword } from '#lib/server/demo/accounts.ts';
import { buildDemo, demoSize, type DemoSize } from '#lib/server/demo/build-demo.ts';
import { emptyDatabase, findDemo, refuseRealSchools } from '#lib/server/demo/demo-school.ts';
import { startLiveSchool } from '#lib/server/demo/live-school.ts';
import { loadLives } from '#lib/server/demo/lives.ts';
import { ensureModels } from '#lib/server/demo/train-models.ts';
import type { App } from '#lib/server/platform/app.ts';
import { migrate } from '#lib/server/platform/db/migrate.ts';
import { type RunningServer, startServer, stopOnSignal } from '../server.ts';
import { ensurePages } from './build-pages.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';

interface Options extends DemoSize {
  readonly fresh: boolean;
  readonly timings: boolean;
  readonly live: boolean;
}

const help = `merito demo [OPTIONS]

Shows a whole school: builds it on the first call, finds it again on the next.

  --fresh           throw the demo school away and build it anew
  --timings         print how long each step took
  --no-live         no simulated activity while the server runs
  --learners N      how many learners ever entered (${demoSize.learners})
  --classes N       classes at the same time (${demoSize.classes})
  --years N         whole school years before the running one (${demoSize.years})
  --seed N          another school of the same kind (${demoSize.seed})

Keeps its database below .data/demo (MERITO_DATA), listens on PORT (3000).`;

const command: Command = {
  name: 'demo',
  summary: 'Build and show the demo school',
  help,
  run: async (args, context) => {
    const options = readOptions(args);
    useDemoSettings();
    const timer = stepTimer(context, options.timings);
    timer.step('database');
    // The pages are built by a process of their own while the school is.
    const pages = ensurePages();
    pages.catch(() => undefined);
    const app = await context.app();
    const schoolId = await ensureSchool(app, options, context, timer);
    timer.step('pages');
    await pages;
    timer.step('server');
    const running = await startServer(app);
    timer.step('');
    await ensureModels(app, schoolId);
    const stop = startLive(app, schoolId, options, context);
    stopOnSignal({ ...running, stop: () => stop().then(running.stop) }, app.log);
    await printWelcome(app, running, schoolId, context, timer.total());
    return new Promise(() => undefined);
  },
};
export default command;

function readOptions(args: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        fresh: { type: 'boolean', default: false },
        timings: { type: 'boolean', default: false },
        'no-live': { type: 'boolean', default: false },
        learners: { type: 'string', default: String(demoSize.learners) },
        classes: { type: 'string', default: String(demoSize.classes) },
        years: { type: 'string', default: String(demoSize.years) },
        seed: { type: 'string', default: String(demoSize.seed) },
      },
    });
    const { fresh, timings, 'no-live': isQuiet, learners, classes, years, seed } = values;
    return {
      fresh,
      timings,
      live: !isQuiet,
      learners: wholeNumber('learners', learners),
      classes: wholeNumber('classes', classes),
      years: wholeNumber('years', years),
      seed: wholeNumber('seed', seed),
    };
  } catch (error) {
    throw error instanceof TypeError ? new UsageError(error.message) : error;
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name}: expected a whole number, got ${JSON.stringify(text)}`);
}

/** The demo keeps apart from a school on the same machine, unless told where to live. */
function useDemoSettings(): void {
  process.env.MERITO_DEMO = '1';
  process.env.MERITO_DATA ??= '.data/demo';
  process.env.MERITO_ARTIFACTS ??= '.data/demo/model-artifacts';
  process.env.LOG_LEVEL ??= 'warn';
}

interface StepTimer {
  /** Ends the step before; an empty name ends the last one. */
  step(name: string): void;
  /** Seconds since the start. */
  total(): number;
}

function stepTimer(context: CommandContext, prints: boolean): StepTimer {
  const startedAt = performance.now();
  let current = '';
  let since = startedAt;
  return {
    step: (name) => {
      const now = performance.now();
      if (prints && current)
        context.print(`  ${((now - since) / 1000).toFixed(1).padStart(6)} s  ${current}`);
      [current, since] = [name, now];
    },
    total: () => (performance.now() - startedAt) / 1000,
  };
}

async function ensureSchool(
  app: App,
  options: Options,
  context: CommandContext,
  timer: StepTimer,
): Promise<number> {
  await refuseRealSchools(app);
  const demo = await findDemo(app);
  if (demo.kind === 'ready' && !options.fresh) return demo.schoolId;
  if (demo.kind !== 'none') {
    if (demo.kind === 'unfinished')
      context.print('The last building of the demo was interrupted; starting again.');
    await startOver(app);
  }
  context.print('Building the demo school; this takes less than a minute …');
  const built = await buildDemo(app, options, timer.step);
  return built.schoolId;
}

async function startOver(app: App): Promise<void> {
  if (app.config.databaseUrl) {
    throw new UsageError(
      'DATABASE_URL: holds another demo school. Its decision log refuses to be deleted: give an empty database.',
    );
  }
  await emptyDatabase(app);
  await migrate(app.database.url);
}

function startLive(
  app: App,
  schoolId: number,
  { live }: Options,
  context: CommandContext,
): () => Promise<void> {
  const nothing = async () => undefined;
  if (!live) return nothing;
  try {
    return startLiveSchool(app, loadLives(app, schoolId)).stop;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.printError(`No live activity: ${reason}. Build the demo anew with: npm run demo -- --fresh`);
    return nothing;
  }
}

async function printWelcome(
  app: App,
  { url }: RunningServer,
  schoolId: number,
  context: CommandContext,
  seconds: number,
): Promise<void> {
  const logIns = await app.database.withSchool(schoolId, suggestLogIns);
  const line = '─'.repeat(64);
  context.print(
    [
      line,
      `Merito is ready at ${url}   (${seconds.toFixed(0)} s)`,
      '',
      'Log in as       with the e-mail',
      `  admin         ${logIns.admin}`,
      `  teacher       ${logIns.teacher}`,
      `  learner       ${logIns.learner}`,
      `Password        ${demoPassword}`,
      '',
      'A made-up school: nobody in it exists. Ctrl+C stops it; what was done stays.',
      line,
    ].join('\n'),
  );
}
