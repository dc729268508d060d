// npm test: checks, unit tests, the build, its size, then the browser tests on it. Ends with one line that counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TARGETS } from '../fuzz/targets.ts';
import { OTHER_BROWSERS } from './other-browsers.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Of those passed, how many failed at first. */
  readonly flaky: number;
}

/** The parts that we read of Vitest's and Playwright's JSON reports. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
}
interface PlaywrightReport {
  /** `flaky` ones failed, then passed. */
  readonly stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number };
}

const REPORTS = join('node_modules', '.cache', 'mixtab-tests');
const VITEST_REPORT = join(REPORTS, 'vitest.json');

/** Whether the npm script ended well. */
function run(script: string, args: readonly string[] = [], environment: Record<string, string> = {}): boolean {
  console.log(`\n── ${script}`);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['run', '--silent', script, '--', ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status === 0;
}

/** A script that has no count of its own is one test. */
const asOneTest = (ok: boolean): Count =>
  ok ? { passed: 1, failed: 0, flaky: 0 } : { passed: 0, failed: 1, flaky: 0 };

/** What a runner's report counts; a runner that failed beside its tests (a crash, a global set-up) is one failure. */
function fromReport(ok: boolean, path: string, count: (json: string) => Count): Count {
  if (!existsSync(path)) return asOneTest(ok);
  const { passed, failed, flaky } = count(readFileSync(path, 'utf8'));
  return { passed, failed: ok ? failed : Math.max(failed, 1), flaky };
}

function sumOf(counts: readonly Count[]): Count {
  const sum = (key: keyof Count): number => counts.reduce((total, count) => total + count[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), flaky: sum('flaky') };
}

function unitTests(): Count {
  const ok = run('test:unit', ['--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`]);
  return fromReport(ok, VITEST_REPORT, (json) => {
    const report = JSON.parse(json) as VitestReport;
    return { passed: report.numPassedTests, failed: report.numFailedTests, flaky: 0 };
  });
}

/** Runs a script that ends in Playwright. */
function playwright(script: string, ...options: readonly string[]): Count {
  const report = join(REPORTS, `${script.replaceAll(':', '-')}.json`);
  const ok = run(script, [...options, '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: resolve(report) });
  return fromReport(ok, report, (json) => {
    const { stats } = JSON.parse(json) as PlaywrightReport;
    return { passed: stats.expected + stats.flaky, failed: stats.unexpected, flaky: stats.flaky };
  });
}

/** A browser that cannot be had here was not tested, which is said and is no failure. */
const skipped: string[] = [];

function otherBrowsers(): Count {
  return sumOf(
    OTHER_BROWSERS.map((browser) => {
      const why = browser.skipped();
      if (why === undefined) return playwright(`test:${browser.name.toLowerCase()}`, '--built');
      skipped.push(`${browser.name} (${why})`);
      return { passed: 0, failed: 0, flaky: 0 };
    }),
  );
}

function browserTests(): Count {
  if (!run('build')) return asOneTest(false);
  return sumOf([asOneTest(run('check:size')), playwright('test:e2e'), otherBrowsers()]);
}

/** Each attack for a short time, always with the same inputs; `npm run fuzz` goes on for as long as one wants. */
const FUZZ_SECONDS = '10';

function fuzzing(targets: readonly string[]): Count {
  return sumOf(targets.map((target) => asOneTest(run('fuzz', ['--target', target, '--seconds', FUZZ_SECONDS]))));
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });

if (!run('install-browser') || !run('install-vocabularies')) process.exit(1);
const { passed, failed, flaky } = sumOf([
  asOneTest(run('check')),
  unitTests(),
  browserTests(),
  fuzzing(Object.keys(TARGETS)),
]);
console.log(skipped.map((one) => `\nskipped: ${one}`).join(''));
console.log(`${passed} passed, ${failed} failed${flaky > 0 ? `, ${flaky} passed only when tried again` : ''}`);
if (failed > 0) process.exitCode = 1;
