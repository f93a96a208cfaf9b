import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig, type Plugin } from 'vite';

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

export default defineConfig({
  plugins: [sveltekit(), services()],
  server: { port: 3000 },
  // The first browsers that know light-dark(): an older target rewrites it into variables nobody sets.
  build: { cssTarget: ['chrome123', 'firefox120', 'safari17.5'] },
});
