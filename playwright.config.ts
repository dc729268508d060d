import { defineConfig } from '@playwright/test';
import { findChromium } from './tools/chromium.ts';

/** Not Vite's own port: a `npm start` may be running. */
const PORT = Number(process.env['MIXTAB_E2E_PORT'] ?? 4327);

/** Loading the bundled model and answering on SwiftShader with two busy cores. */
const TEST_TIMEOUT_MS = 180_000;
const EXPECT_TIMEOUT_MS = 60_000;

const executablePath = findChromium();

/** The full browser in its new headless mode: the headless shell has no WebGPU. */
export const CHROMIUM_FLAGS = [
  '--headless=new',
  '--enable-unsafe-webgpu',
  // The software adapter everywhere, so that a machine with a GPU runs the same tests.
  '--use-webgpu-adapter=swiftshader',
  // No calls home: they slow the start where there is no network.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

export default defineConfig({
  testDir: 'e2e',
  // Those have browsers and configurations of their own.
  testIgnore: ['firefox/**', 'webkit/**'],
  // One at a time: each test has the whole software GPU for itself.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  timeout: TEST_TIMEOUT_MS,
  expect: { timeout: EXPECT_TIMEOUT_MS },
  // On a starved machine a browser may stall for longer than any limit here. `npm test` tells how many needed it.
  retries: 1,
  reporter: 'list',
  use: {
    baseURL: `http://localhost:${PORT}`,
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: { ...(executablePath && { executablePath }), args: CHROMIUM_FLAGS },
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --port ${PORT} --strictPort`,
    url: `http://localhost:${PORT}`,
    reuseExistingServer: false,
  },
});
