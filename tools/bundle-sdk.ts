import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build, type OutputOptions, type Plugin } from 'rolldown';
import { licences } from './licences.ts';

const ROOT = resolve(import.meta.dirname, '..');

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

/** Vite's plugins have more hooks than there are here. */
function licenceCollector({ worker: { name, buildEnd } }: ReturnType<typeof licences>): Plugin {
  return { name, ...(typeof buildEnd === 'function' && { buildEnd }) };
}

/** Bundles the npm package `mixtab` into a folder, which is emptied before: its modules, its workers, and the licences of what is in them. */
export async function bundleSdk(dist: string): Promise<void> {
  const licencesOf = licences();
  const bundle = (input: Record<string, string>, output: OutputOptions): Promise<unknown> =>
    build({
      input,
      cwd: ROOT,
      platform: 'browser',
      transform: { target: TARGET },
      plugins: [pagePlugin(), licenceCollector(licencesOf)],
      onLog: (level, log, report) => {
        if (level === 'warn') throw new Error(log.message);
        report(level, log);
      },
      output: { dir: dist, format: 'es', ...output },
    });

  rmSync(dist, { recursive: true, force: true });
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
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, 'licences.txt'), licencesOf.text());
}
