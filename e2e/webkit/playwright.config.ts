// npm run test:webkit: the page on the fake engine, and the built page, in WebKitGTK.
import { defineConfig } from '@playwright/test';
import { resolve } from 'node:path';

/** Beside the ports of the other browsers' tests. */
const PORT = Number(process.env['MIXTAB_E2E_PORT'] ?? 4327) + 2;
const BUILT_PORT = PORT + 1;
/** The built page; `baseURL` has the one on the fake engine. */
export const BUILT_PAGE = `http://localhost:${BUILT_PORT}/`;

const TEST_TIMEOUT_MS = 180_000;
const EXPECT_TIMEOUT_MS = 60_000;

const preview = (port: number, ...options: readonly string[]) => ({
  command: `node node_modules/vite/bin/vite.js preview --port ${port} --strictPort ${options.join(' ')}`,
  cwd: resolve('.'),
  port,
  reuseExistingServer: false,
});

export default defineConfig({
  testDir: '.',
  outputDir: resolve('test-results/webkit'),
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  timeout: TEST_TIMEOUT_MS,
  expect: { timeout: EXPECT_TIMEOUT_MS, toPass: { timeout: EXPECT_TIMEOUT_MS } },
  retries: 1,
  reporter: 'list',
  use: { baseURL: `http://localhost:${PORT}/app/testing/fake.html` },
  webServer: [preview(PORT, '--outDir', 'node_modules/.cache/mixtab-fake-page'), preview(BUILT_PORT)],
});
