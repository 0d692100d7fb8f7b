import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * `unit` needs no build and answers in a minute, `e2e` runs the built program, `heavy` breaks things and
 * measures quality. `npm test` is the first two.
 */
const project = (name: string, setup: string) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    globalSetup: [`test/helpers/${setup}.ts`],
  },
});

const config: ViteUserConfig = defineConfig({
  resolve: {
    // Scripts are plain JavaScript and use what was built; tests of them use the sources of that.
    alias: [
      {
        find: /^\.\.\/\.\.\/dist\/(.+)\.js$/,
        replacement: fileURLToPath(new URL('src/$1.ts', import.meta.url)),
      },
    ],
  },
  test: {
    setupFiles: ['test/helpers/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest leaves a core to its own process, which has little to do: half of a machine of two.
    maxWorkers: availableParallelism(),
    // Modules are loaded once a worker, not once a file: umekomi's have no state that could leak.
    isolate: false,
    server: { deps: { inline: [/\/scripts\/lexicon\//] } },
    projects: [
      project('unit', 'kernel-once'),
      project('e2e', 'build-once'),
      project('heavy', 'build-once'),
    ],
  },
});

export default config;
