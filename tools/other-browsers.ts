// The browsers that Playwright does not drive here, and what their tests need first.
import { reasonAgainst } from './debian.ts';
import { installFirefox } from './install-firefox.ts';
import { installWebKit } from './install-webkit.ts';

interface Step {
  readonly builds: 'page' | 'fake page' | 'shaders';
  /** For Node. */
  readonly command: readonly string[];
}

export interface OtherBrowser {
  readonly name: string;
  /** Of Playwright, which runs the tests. */
  readonly config: string;
  readonly prepare: readonly Step[];
  /** Installs it. Why it cannot be had here, or undefined where it is ready. */
  readonly skipped: () => string | undefined;
}

const VITE = 'node_modules/vite/bin/vite.js';
const PAGE: Step = { builds: 'page', command: [VITE, 'build', '--logLevel', 'warn'] };

export const OTHER_BROWSERS: readonly OtherBrowser[] = [
  {
    name: 'Firefox',
    config: 'e2e/firefox/playwright.config.ts',
    prepare: [
      PAGE,
      {
        builds: 'shaders',
        command: ['tools/run-ts.mjs', 'tools/shader-variants.ts', 'node_modules/.cache/mixtab-shader-variants.json'],
      },
    ],
    skipped: () => reasonAgainst(installFirefox),
  },
  {
    name: 'WebKit',
    config: 'e2e/webkit/playwright.config.ts',
    prepare: [
      PAGE,
      { builds: 'fake page', command: [VITE, 'build', '-c', 'e2e/webkit/vite.config.ts', '--logLevel', 'warn'] },
    ],
    skipped: () => reasonAgainst(installWebKit),
  },
];
