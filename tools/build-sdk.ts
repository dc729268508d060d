// Builds the npm package `mixtab` into sdk/dist: `npm run build:sdk`. What it imports goes into it, so it depends on nothing.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { bundleSdk } from './bundle-sdk.ts';

const ROOT = resolve(import.meta.dirname, '..');
const SDK = join(ROOT, 'sdk');
const DIST = join(SDK, 'dist');

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

await bundleSdk(DIST);
declare();
for (const file of ['LICENSE']) copyFileSync(join(ROOT, file), join(SDK, file));
if (!existsSync(join(DIST, 'index.js'))) throw new Error('Nothing was built');
console.log(`${relative(ROOT, DIST)} is built.`);
