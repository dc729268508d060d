// Builds the npm package `mixtab` into sdk/dist: `npm run build:sdk`. What it imports goes into it, so it depends on nothing.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type InputOptions, type OutputOptions, type Plugin } from 'rolldown';
import { licences } from './licences.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SDK = join(ROOT, 'sdk');
const DIST = join(SDK, 'dist');

/** The oldest of each family that has WebGPU, as in vite.config.ts. */
const TARGET = ['chrome113', 'edge113', 'firefox141', 'safari26'];

/** Where the parts that Vite builds for the page are found in the package. */
const WORKERS: Readonly<Record<string, string>> = { './template-worker.ts': './template-worker.js' };

/** A part that does not come is the page's to ask for again; in a package it is the program's bundler that keeps them. */
const LOAD_PART = 'export const loadPart = (load) => load();';

/** What Vite does for the page: `?raw`, and the addresses of workers. */
function pagePlugin(): Plugin {
  return {
    name: 'mixtab-page',
    resolveId: {
      filter: { id: /\?raw$/ },
      handler: (id, importer = '') => `${resolve(dirname(importer), id.replace(/\?raw$/, ''))}?raw`,
    },
    load: {
      filter: { id: [/\?raw$/, /\/app\/layout\/load-part\.ts$/] },
      handler: (id) =>
        !id.endsWith('?raw')
          ? LOAD_PART
          : `export default ${JSON.stringify(readFileSync(id.replace(/\?raw$/, ''), 'utf8'))};`,
    },
    transform: {
      filter: { code: /new URL\('/ },
      handler: (code) =>
        code.replaceAll(/new URL\('([^']+)', import\.meta\.url\)/g, (whole, path: string) => {
          const built = WORKERS[path];
          return built === undefined ? whole : `new URL('${built}', import.meta.url)`;
        }),
    },
  };
}

const licencesOf = licences();

/** Vite's plugins have more hooks than there are here. */
function licenceCollector(): Plugin {
  const { name, buildEnd } = licencesOf.worker;
  return { name, ...(typeof buildEnd === 'function' && { buildEnd }) };
}

async function bundle(input: Record<string, string>, output: OutputOptions): Promise<void> {
  const options: InputOptions = {
    input,
    cwd: ROOT,
    platform: 'browser',
    transform: { target: TARGET },
    plugins: [pagePlugin(), licenceCollector()],
    onLog: (level, log, report) => {
      if (level === 'warn') throw new Error(log.message);
      report(level, log);
    },
  };
  await build({
    ...options,
    output: { dir: DIST, format: 'es', ...output },
  });
}

/** Declarations: of the entries, and of what their declarations name. */
function declare(): void {
  const all = join(DIST, 'all-types');
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(
    process.execPath,
    [
      tsc,
      '-p',
      'tsconfig.sdk.json',
      '--noEmit',
      'false',
      '--declaration',
      '--emitDeclarationOnly',
      '--outDir',
      all,
      '--rootDir',
      '.',
    ],
    { cwd: ROOT, stdio: 'inherit' },
  );
  const wanted = ['sdk/index.d.ts', 'sdk/prompt-api.d.ts'];
  for (const file of wanted) {
    const text = readFileSync(join(all, file), 'utf8');
    // Not every TypeScript that reads them lets imports end in .ts.
    const renamed = text.replaceAll(
      /(from '|from "|import\(["'])(\.[^'"]+)\.ts(['"])/g,
      (_, before: string, path: string, after: string) => {
        const named = join(dirname(file), `${path}.d.ts`);
        if (!wanted.includes(named)) wanted.push(named);
        return `${before}${path}.js${after}`;
      },
    );
    const target = join(DIST, 'types', file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, renamed);
  }
  rmSync(all, { recursive: true });
}

rmSync(DIST, { recursive: true, force: true });
await bundle(
  { index: 'sdk/index.ts', 'prompt-api': 'sdk/prompt-api.ts' },
  // Beside the workers, whose addresses are relative. Whoever bundles it minifies it.
  { chunkFileNames: '[name]-[hash].js', minify: 'dce-only' },
);
// Each in one file: some bundlers copy a worker as it is.
for (const [name, entry] of [
  ['engine-worker', 'engine/worker.ts'],
  ['template-worker', 'engine/tokenizer/template-worker.ts'],
] as const)
  await bundle({ [name]: entry }, { codeSplitting: false, minify: true });
writeFileSync(join(DIST, 'licences.txt'), licencesOf.text());
declare();
for (const file of ['LICENSE']) copyFileSync(join(ROOT, file), join(SDK, file));
if (!existsSync(join(DIST, 'index.js'))) throw new Error('Nothing was built');
console.log(`${relative(ROOT, DIST)} is built.`);
