// node tools/run-ts.mjs ENTRY.ts [ARGUMENT...]: runs TypeScript in this process, with shader imports and a Vulkan driver.
import { spawn } from 'node:child_process';
import * as nodeModule from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { register as registerTypeScript } from 'tsx/esm/api';
import * as wgslHooks from './wgsl-hooks.mjs';

const [node, , entry, ...rest] = process.argv;
if (node === undefined || entry === undefined) throw new Error('Usage: node tools/run-ts.mjs ENTRY.ts [ARGUMENT...]');
const path = resolve(entry);

registerTypeScript();
// Node 20 has only `register`, which Node 26 warns about.
if ('registerHooks' in nodeModule) nodeModule.registerHooks(wgslHooks);
else nodeModule.register('./wgsl-hooks.mjs', import.meta.url);

const libraries = process.env['LD_LIBRARY_PATH'];
await import('./vulkan-env.ts');
if (process.env['LD_LIBRARY_PATH'] === libraries) {
  process.argv = [node, path, ...rest];
  await import(pathToFileURL(path).href);
} else {
  // The dynamic linker has read the old value when this process began.
  const again = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => again.kill(signal));
  again.on('exit', (code) => (process.exitCode = code ?? 1));
}
