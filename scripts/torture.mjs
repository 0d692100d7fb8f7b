/**
 * Kills the built program again and again and looks at what is left: test/heavy/torture/main.ts, which is
 * TypeScript that the test suite imports as well, so it is loaded the way the tests are.
 */
import { fileURLToPath } from 'node:url';
import { createViteServer } from 'vitest/node';

const server = await createViteServer({
  root: fileURLToPath(new URL('..', import.meta.url)),
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  optimizeDeps: { noDiscovery: true },
  server: { middlewareMode: true, watch: null, hmr: false, ws: false },
});
try {
  const { main } = await server.ssrLoadModule('/test/heavy/torture/main.ts');
  process.exitCode = await main(process.argv.slice(2));
} finally {
  await server.close();
}
