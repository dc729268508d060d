import { defineConfig, mergeConfig } from 'vitest/config';
import { vulkanEnvironment } from './tools/vulkan-env.ts';
import viteConfig from './vite.config.ts';

/** A test that runs a model on SwiftShader with two busy cores takes seconds; one that hangs should not take minutes. */
const TEST_TIMEOUT_MS = 120_000;

const testConfig = defineConfig({
  test: {
    include: ['{app,embed,engine,cli,sdk,bench,fuzz,tools,oracle}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**'],
    // Dawn holds process-wide state, and crashes where it is loaded into several threads of one process.
    pool: 'forks',
    // Two, on a machine with two cores as well: compiling shaders takes most of the time, on one core each.
    maxWorkers: 2,
    env: vulkanEnvironment(),
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
  },
});

export default mergeConfig(viteConfig, testConfig);
