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
  test: {
    setupFiles: ['test/helpers/property-seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      project('unit', 'kernel-once'),
      project('e2e', 'build-once'),
      project('heavy', 'build-once'),
    ],
  },
});

export default config;
