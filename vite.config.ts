import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';
import { compiledAtOnce } from './src/lib/client/compiled-at-once.ts';

/** `npm run dev` gets the live rooms, the evaluations and the jobs that server.ts starts in production. */
function services(): Plugin {
  return {
    name: 'merito-services',
    apply: 'serve',
    async configureServer(server) {
      if (!server.httpServer || process.env.VITEST) return;
      const { app } = await server.ssrLoadModule('/src/lib/server/platform/app.ts');
      const { startServices } = await server.ssrLoadModule('/src/lib/server/services.ts');
      const running = await startServices(await app(), server.httpServer);
      server.httpServer.once('close', () => void running.stop());
    },
  };
}

/**
 * Many small files pack worse than few: the runtime is one, and what nearly every page shows another. For the learner's
 * page that is 3 KB less of the 60 that it may bring (tests/e2e/page-budget.spec.ts).
 */
const clientGroups = [
  { name: 'runtime', test: /node_modules\/(svelte|@sveltejs|devalue|clsx|esm-env)\//, minShareCount: 5 },
  {
    name: 'house',
    test: /src\/lib\/(components\/(Chart|Emblem|Icon|Level|Progress|Rarity|Weekly|chart-options|emblem-|live)|i18n\/(index|format|common)|domain\/badges\/emblem)/,
    minShareCount: 3,
  },
];

export default defineConfig({
  plugins: [sveltekit(), services()],
  // The badge studio's networks belong to the house and are served like its code.
  server: { port: 3000, fs: { allow: ['model-artifacts/house'] } },
  environments: {
    client: { build: { rolldownOptions: { output: { codeSplitting: { groups: clientGroups } } } } },
  },
  worker: { rolldownOptions: compiledAtOnce },
  // The first browsers that know light-dark(): an older target rewrites it into variables nobody sets.
  build: { cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
});
