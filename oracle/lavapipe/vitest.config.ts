// `npm run test:lavapipe`: on Mesa's software Vulkan driver, which has f16 and subgroups of eight.
import { defineConfig } from 'vitest/config';
import mainConfig from '../../vitest.config.ts';

/** Its first compile of a kernel is slow. */
const TEST_TIMEOUT_MS = 600_000;

export default defineConfig({
  ...mainConfig,
  test: {
    ...mainConfig.test,
    include: ['oracle/lavapipe/*.test.ts'],
    exclude: [],
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    disableConsoleIntercept: true,
  },
});
