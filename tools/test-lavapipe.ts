// npm run test:lavapipe: the goldens on Mesa's software Vulkan driver, which it installs: exact with subgroups of eight, and in f16.
// `--part`: the few models that `npm test` has. Other arguments are Vitest's, such as `-t deepseek2`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { CACHE, reasonAgainst } from './debian.ts';
import { installLavapipe } from './lavapipe.ts';

const skipped = reasonAgainst(installLavapipe);
if (skipped === undefined) {
  const rest = process.argv.slice(2);
  const { status } = spawnSync(
    process.execPath,
    [
      ...['node_modules/vitest/vitest.mjs', 'run', '-c', 'oracle/lavapipe/vitest.config.ts'],
      ...rest.filter((argument) => argument !== '--part'),
    ],
    {
      stdio: 'inherit',
      env: {
        ...process.env,
        MIXTAB_VULKAN: 'lavapipe',
        ...(rest.includes('--part') && { MIXTAB_LAVAPIPE_PART: '1' }),
        // Compiled kernels outlive a run: a second one takes a fraction of the time.
        MESA_SHADER_CACHE_DIR: join(CACHE, 'lavapipe-kernels'),
      },
    },
  );
  process.exitCode = status ?? 1;
} else {
  console.log(`skipped: lavapipe (${skipped})`);
}
