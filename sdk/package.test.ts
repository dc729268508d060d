// The package as others get it: packed, installed in an empty folder, type-checked and bundled there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { apiReference } from '../tools/api-reference.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'mixtab-package-'));
const installed = join(folder, 'node_modules/mixtab');
afterAll(() => rmSync(folder, { recursive: true }));

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function file(path: string, content: string): void {
  writeFileSync(join(folder, path), content);
}

const PROGRAM = `
import { ApiError, createMixtab, type ChatCompletion, type LoadProgress } from 'mixtab';
import { promptApi, type LanguageModel } from 'mixtab/prompt-api';

const mixtab = createMixtab({
  model: 'hf:owner/name:Q4_K_M',
  onProgress: ({ stage, loadedBytes, totalBytes }: LoadProgress) => document.title = \`\${stage} \${loadedBytes / totalBytes}\`,
});
const answer: ChatCompletion = await mixtab.chat.completions.create({ messages: [{ role: 'user', content: 'Hi' }] });
const text: string | null | undefined = answer.choices[0]?.message.content;
const stream = await mixtab.chat.completions.create({ messages: [{ role: 'user', content: 'Hi' }], stream: true });
for await (const chunk of stream) console.log(text, chunk.choices[0]?.delta.reasoning_content);
// @ts-expect-error what is not supported is no part of the types
await mixtab.chat.completions.create({ messages: [], tools: [] });
const fetchLike: typeof fetch = mixtab.fetch;
try { await fetchLike('/v1/models'); } catch (error) { if (error instanceof ApiError) console.log(error.status, error.param); }
const session: LanguageModel = await promptApi({ model: new File([], 'a.gguf') }).create({ initialPrompts: [{ role: 'system', content: '' }] });
for await (const piece of session.promptStreaming('Hi') as unknown as AsyncIterable<string>) console.log(piece.length);
mixtab.close();
`;

describe('the packed package', () => {
  beforeAll(() => {
    const [packed] = JSON.parse(
      run('npm', ['pack', '--json', '--pack-destination', folder], resolve('sdk')).replace(/^[^[{]*/, ''),
    ) as { filename: string }[];
    file('package.json', '{ "name": "program", "private": true, "type": "module" }');
    run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${packed?.filename ?? ''}`], folder);
    file('main.ts', PROGRAM);
    file('index.html', '<script type="module" src="/main.ts"></script>');
  });

  test('holds what was built, a licence and a readme, and needs nothing else', () => {
    const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      dependencies?: unknown;
    };
    expect(dependencies).toBeUndefined();
    expect(readdirSync(installed)).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'package.json']));
    expect(readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['mixtab']);
    expect(readFileSync(join(installed, 'dist/licences.txt'), 'utf8')).toContain('valibot');
  });

  test.each(['bundler', 'nodenext'])('its types compile where modules are resolved as in %s', (moduleResolution) => {
    file(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: 'es2022',
          lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
          module: moduleResolution === 'nodenext' ? 'nodenext' : 'esnext',
          moduleResolution,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          types: [],
        },
        files: ['main.ts'],
      }),
    );
    expect(run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], folder)).toBe('');
  });

  test('the reference tells what its declarations tell', async () => {
    // `npm run api-reference` writes it anew.
    expect(readFileSync('docs/api-reference.md', 'utf8')).toBe(await apiReference());
  });

  test('the examples of docs/api.md compile, those that need nothing else', () => {
    const blocks = [...readFileSync('docs/api.md', 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(
      ([, code = '']) => code,
    );
    const own = blocks.filter((code) =>
      [...code.matchAll(/from '([^']+)'/g)].every(([, name = '']) => name.startsWith('mixtab')),
    );
    expect(own.length).toBeGreaterThan(4);
    const files = own.map((code, i) => {
      file(`example-${i}.ts`, `${code}\nexport {};\n`);
      return `example-${i}.ts`;
    });
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      module: 'esnext',
      moduleResolution: 'bundler',
      types: [],
    };
    file('tsconfig.json', JSON.stringify({ compilerOptions, files }));
    expect(run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], folder)).toBe('');
  });

  test('a program with it is bundled by Vite, its workers too', async () => {
    await build({
      root: folder,
      base: './',
      configFile: false,
      logLevel: 'warn',
      build: { target: 'es2022', outDir: 'built' },
      worker: { format: 'es' },
    });
    const assets = readdirSync(join(folder, 'built/assets'));
    expect(assets).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^index-.*\.js$/),
        expect.stringMatching(/^engine-worker-.*\.js$/),
        expect.stringMatching(/^template-worker-.*\.js$/),
      ]),
    );
    const main = assets.find((name) => name.startsWith('index-')) ?? '';
    expect(readFileSync(join(folder, 'built/assets', main), 'utf8')).toMatch(/new Worker\([^;]*engine-worker-/);
  });

  test('a page without a bundler finds all of it', () => {
    mkdirSync(join(folder, 'plain'), { recursive: true });
    const dist = join(installed, 'dist');
    for (const name of readdirSync(dist).filter((entry) => entry.endsWith('.js'))) {
      const code = readFileSync(join(dist, name), 'utf8');
      const named = code.matchAll(/(?:from|import)\s*\(?["'`](\.\/[^"'`]+)["'`]|new URL\(["'`](\.\/[^"'`]+\.js)["'`]/g);
      for (const [, module, worker] of named) expect(readdirSync(dist)).toContain((module ?? worker ?? '').slice(2));
      // Nothing is imported by a bare name, which only a bundler would find.
      expect(code).not.toMatch(/^import[^;]*from\s*["'][^."']/m);
    }
  });
});
