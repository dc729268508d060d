import { defineConfig, mergeConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { vulkanEnvironment } from './tools/vulkan-env.ts';
import viteConfig from './vite.config.ts';

/** A test that runs a model on SwiftShader with two busy cores takes seconds; one that hangs should not take minutes. */
const TEST_TIMEOUT_MS = 120_000;

/**
 * Begins with what takes longest: the goldens, minutes each in files of five lines. Where nothing is known of earlier runs, as in CI,
 * Vitest begins with the largest files instead, and one core would wait for the last golden of the other.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/golden-');
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

const testConfig = defineConfig({
  test: {
    include: ['{app,embed,engine,cli,sdk,bench,fuzz,tools,oracle}/**/*.test.{ts,tsx}'],
    // Those of lavapipe have a command of their own.
    exclude: ['**/node_modules/**', 'oracle/lavapipe/**'],
    // Dawn holds process-wide state, and crashes where it is loaded into several threads of one process.
    pool: 'forks',
    // Two, on a machine with two cores as well: compiling shaders takes most of the time, on one core each.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    env: vulkanEnvironment(),
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
  },
});

export default mergeConfig(viteConfig, testConfig);
