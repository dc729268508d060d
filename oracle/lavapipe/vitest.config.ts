// `npm run test:lavapipe`: on Mesa's software Vulkan driver, which has f16 and subgroups of eight.
import { defineConfig, mergeConfig } from 'vitest/config';
import { vulkanEnvironment } from '../../tools/vulkan-env.ts';
import viteConfig from '../../vite.config.ts';
import { IS_PART } from './tested-models.ts';

/** Its first compile of a kernel is slow. */
const TEST_TIMEOUT_MS = 600_000;

export default mergeConfig(
  viteConfig,
  defineConfig({
    test: {
      // The test in f16 runs the exact kernels as well.
      include: [IS_PART ? 'oracle/lavapipe/f16.test.ts' : 'oracle/lavapipe/*.test.ts'],
      // As in the main configuration.
      pool: 'forks',
      maxWorkers: 2,
      env: vulkanEnvironment(),
      testTimeout: TEST_TIMEOUT_MS,
      hookTimeout: TEST_TIMEOUT_MS,
      // What was measured is said as it comes.
      disableConsoleIntercept: true,
    },
  }),
);
