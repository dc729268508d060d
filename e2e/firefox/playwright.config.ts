// npm run test:firefox: the built page in Firefox.
import { defineConfig } from '@playwright/test';
import { resolve } from 'node:path';

/** Beside the ports of the other browsers' tests. */
const PORT = Number(process.env['MIXTAB_E2E_PORT'] ?? 4327) + 1;

/** Compiling every kernel for lavapipe, on two busy cores. */
const TEST_TIMEOUT_MS = 480_000;
const EXPECT_TIMEOUT_MS = 240_000;

/** Written by `tools/shader-variants.ts` before the tests start. */
export const SHADER_VARIANTS = resolve('node_modules/.cache/mixtab-shader-variants.json');

export default defineConfig({
  testDir: '.',
  outputDir: resolve('test-results/firefox'),
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  timeout: TEST_TIMEOUT_MS,
  expect: { timeout: EXPECT_TIMEOUT_MS, toPass: { timeout: EXPECT_TIMEOUT_MS } },
  retries: 1,
  reporter: 'list',
  use: { baseURL: `http://localhost:${PORT}` },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --port ${PORT} --strictPort`,
    cwd: resolve('.'),
    url: `http://localhost:${PORT}`,
    reuseExistingServer: false,
  },
});
