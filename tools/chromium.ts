// Where this machine keeps a full Chromium: the end-to-end tests drive it, and its SwiftShader serves Dawn in Node.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Browsers of the system, the ones that Debian and Ubuntu install first. */
const SYSTEM_BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Directories where the browsers above keep their libraries; `/usr/bin/chromium` is only a script. */
const SYSTEM_LIBRARIES = ['/usr/lib/chromium', '/opt/google/chrome'];

/** Inside `chromium-1234/` of Playwright's cache. */
const PLAYWRIGHT_EXECUTABLES = [
  'chrome-linux64/chrome',
  'chrome-linux/chrome',
  'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
  'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
  'chrome-win64/chrome.exe',
  'chrome-win/chrome.exe',
];

function playwrightCache(): string {
  const configured = process.env['PLAYWRIGHT_BROWSERS_PATH'];
  if (configured) return configured;
  if (process.platform === 'darwin') return join(homedir(), 'Library/Caches/ms-playwright');
  if (process.platform === 'win32') return join(homedir(), 'AppData/Local/ms-playwright');
  return join(homedir(), '.cache/ms-playwright');
}

/** Executables that Playwright downloaded, the newest revision first. */
function playwrightBrowsers(): string[] {
  const cache = playwrightCache();
  if (!existsSync(cache)) return [];
  const revision = (name: string): number => Number(name.slice('chromium-'.length));
  return readdirSync(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => revision(b) - revision(a))
    .flatMap((name) => PLAYWRIGHT_EXECUTABLES.map((path) => join(cache, name, path)));
}

/** Path of a full Chromium (not the headless shell, which has no WebGPU), or undefined. `MIXTAB_CHROMIUM` overrides. */
export function findChromium(): string | undefined {
  const candidates = [process.env['MIXTAB_CHROMIUM'], ...SYSTEM_BROWSERS, ...playwrightBrowsers()];
  return candidates.find((path) => path && existsSync(path));
}

/** Directories that may hold Chromium's `vk_swiftshader_icd.json`. */
export function chromiumDirectories(): string[] {
  const executable = findChromium();
  return [...(executable ? [dirname(executable)] : []), ...SYSTEM_LIBRARIES];
}
