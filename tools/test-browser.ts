// npm run test:firefox, npm run test:webkit: installs the browser where it can, and runs its tests on the built page.
// Where it cannot be had, says why, and that is no failure. `--built`: the page was built already.
import { spawnSync } from 'node:child_process';
import { OTHER_BROWSERS } from './other-browsers.ts';

const [name = '', ...rest] = process.argv.slice(2);
const browser = OTHER_BROWSERS.find((one) => one.name.toLowerCase() === name);
if (browser === undefined) throw new Error(`Usage: test-browser.ts ${OTHER_BROWSERS.map((one) => one.name).join('|')}`);

/** Runs in the foreground. */
function node(...args: string[]): boolean {
  return spawnSync(process.execPath, args, { stdio: 'inherit' }).status === 0;
}

const skipped = browser.skipped();
if (skipped !== undefined) {
  console.log(`skipped: ${browser.name} (${skipped})`);
} else {
  const options = rest.filter((option) => option !== '--built');
  const prepared = browser.prepare.filter(({ builds }) => builds !== 'page' || !rest.includes('--built'));
  const ok =
    prepared.every(({ command }) => node(...command)) &&
    node('node_modules/@playwright/test/cli.js', 'test', '-c', browser.config, ...options);
  if (!ok) process.exitCode = 1;
}
