// npm test: checks, unit tests, the build, its size, then the browser tests on it. Ends with one line that counts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { TARGETS } from '../fuzz/targets.ts';
import { reasonAgainst } from './debian.ts';
import { installLavapipe } from './lavapipe.ts';
import { OTHER_BROWSERS } from './other-browsers.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
  /** Of those passed, how many failed at first. */
  readonly flaky: number;
  /** Those that failed and those that were flaky, by name: the last lines of a long log are what people see first. */
  readonly names: readonly string[];
}

/** The parts that we read of Vitest's and Playwright's JSON reports. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}
interface PlaywrightReport {
  /** `flaky` ones failed, then passed. */
  readonly stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number };
  readonly suites: readonly PlaywrightSuite[];
}
interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs: readonly {
    readonly file: string;
    readonly title: string;
    readonly tests: readonly { readonly status: string }[];
  }[];
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
const asOneTest = (name: string, ok: boolean): Count =>
  ok ? { passed: 1, failed: 0, flaky: 0, names: [] } : { passed: 0, failed: 1, flaky: 0, names: [`failed: ${name}`] };

/** Runs an npm script that is one test. */
const oneTest = (script: string, args: readonly string[] = []): Count =>
  asOneTest([script, ...args].join(' '), run(script, args));

/** What a runner's report counts; a runner that failed beside its tests (a crash, a global set-up) is one failure. */
function fromReport(script: string, ok: boolean, path: string, count: (json: string) => Count): Count {
  if (!existsSync(path)) return asOneTest(script, ok);
  const counted = count(readFileSync(path, 'utf8'));
  if (ok || counted.failed > 0) return counted;
  return { ...counted, failed: 1, names: [...counted.names, `failed: ${script}, beside its tests`] };
}

function sumOf(counts: readonly Count[]): Count {
  const sum = (key: 'passed' | 'failed' | 'flaky'): number => counts.reduce((total, count) => total + count[key], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    flaky: sum('flaky'),
    names: counts.flatMap(({ names }) => names),
  };
}

interface UnitRun {
  readonly ok: boolean;
  /** Absent where the runner wrote none. */
  readonly report?: VitestReport;
}

function runUnitTests(files: readonly string[]): UnitRun {
  rmSync(VITEST_REPORT, { force: true });
  const ok = run('test:unit', [
    ...files,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${VITEST_REPORT}`,
  ]);
  if (!existsSync(VITEST_REPORT)) return { ok };
  return { ok, report: JSON.parse(readFileSync(VITEST_REPORT, 'utf8')) as VitestReport };
}

/** Names of the tests that failed; a file that failed as a whole (its imports, its set-up) is one. */
function failuresIn({ testResults }: VitestReport): Map<string, string[]> {
  const failed = testResults.filter(({ status }) => status === 'failed');
  return new Map(
    failed.map(({ name, message = '', assertionResults }) => {
      const tests = assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName);
      return [relative('.', name), tests.length > 0 ? tests : [message]];
    }),
  );
}

/** More files than these do not fail by a starved machine. */
const FILES_TRIED_AGAIN = 3;

/** A few files that fail are tried once more, as in the browser tests, and named as such. */
function unitTests(): Count {
  const { ok, report } = runUnitTests([]);
  if (report === undefined) return asOneTest('test:unit', ok);
  const passed = report.numPassedTests;
  const failures = failuresIn(report);
  const named = (word: string, of: ReadonlyMap<string, readonly string[]>): string[] =>
    [...of].flatMap(([file, tests]) => tests.map((test) => `${word}: ${file} › ${test}`));
  const failed = named('failed', failures);
  const well: Count = { passed, failed: 0, flaky: 0, names: [] };
  if (failed.length === 0) return ok ? well : sumOf([well, asOneTest('test:unit, beside its tests', false)]);
  if (failures.size <= FILES_TRIED_AGAIN && runUnitTests([...failures.keys()]).ok) {
    const flaky = failed.length;
    return { passed: passed + flaky, failed: 0, flaky, names: named('passed only when tried again', failures) };
  }
  return { passed, failed: failed.length, flaky: 0, names: failed };
}

function namesIn({ suites = [], specs }: PlaywrightSuite): string[] {
  const said = new Map([
    ['unexpected', 'failed'],
    ['flaky', 'passed only when tried again'],
  ]);
  return [
    ...specs.flatMap(({ file, title, tests }) =>
      tests.flatMap(({ status }) => {
        const word = said.get(status);
        return word === undefined ? [] : [`${word}: ${file} › ${title}`];
      }),
    ),
    ...suites.flatMap(namesIn),
  ];
}

/** Runs a script that ends in Playwright. */
function playwright(script: string, ...options: readonly string[]): Count {
  const report = join(REPORTS, `${script.replaceAll(':', '-')}.json`);
  const ok = run(script, [...options, '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: resolve(report) });
  return fromReport(script, ok, report, (json) => {
    const { stats, suites } = JSON.parse(json) as PlaywrightReport;
    return {
      passed: stats.expected + stats.flaky,
      failed: stats.unexpected,
      flaky: stats.flaky,
      names: suites.flatMap(namesIn),
    };
  });
}

/** A browser or a driver that cannot be had here was not tested, which is said and is no failure. */
const skipped: string[] = [];

function otherBrowsers(): Count {
  return sumOf(
    OTHER_BROWSERS.map((browser) => {
      const why = browser.skipped();
      if (why === undefined) return playwright(`test:${browser.name.toLowerCase()}`, '--built');
      skipped.push(`${browser.name} (${why})`);
      return sumOf([]);
    }),
  );
}

/** f16 and subgroups of eight, which SwiftShader lacks. */
function otherDriver(): Count {
  const why = reasonAgainst(installLavapipe);
  if (why === undefined) return oneTest('test:lavapipe', ['--part']);
  skipped.push(`lavapipe (${why})`);
  return sumOf([]);
}

function browserTests(): Count {
  if (!run('build')) return asOneTest('build', false);
  return sumOf([oneTest('check:size'), playwright('test:e2e'), otherBrowsers()]);
}

/** Each attack for a short time, always with the same inputs; `npm run fuzz` goes on for as long as one wants. */
const FUZZ_SECONDS = '10';

function fuzzing(targets: readonly string[]): Count {
  return sumOf(targets.map((target) => oneTest('fuzz', ['--target', target, '--seconds', FUZZ_SECONDS])));
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });

if (!run('install-browser') || !run('install-vocabularies')) process.exit(1);
const { passed, failed, flaky, names } = sumOf([
  oneTest('check'),
  unitTests(),
  otherDriver(),
  browserTests(),
  fuzzing(Object.keys(TARGETS)),
]);
console.log([...skipped.map((one) => `skipped: ${one}`), ...names].map((line) => `\n${line}`).join(''));
console.log(`${passed} passed, ${failed} failed${flaky > 0 ? `, ${flaky} passed only when tried again` : ''}`);
if (failed > 0) process.exitCode = 1;
