// node tools/run-ts.mjs ENTRY.ts [ARGUMENT...]: runs TypeScript in this process, with shader imports and a Vulkan driver.
import * as nodeModule from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { register as registerTypeScript } from 'tsx/esm/api';
import * as wgslHooks from './wgsl-hooks.mjs';

const [node, , entry, ...rest] = process.argv;
if (node === undefined || entry === undefined) throw new Error('Usage: node tools/run-ts.mjs ENTRY.ts [ARGUMENT...]');
const path = resolve(entry);
process.argv = [node, path, ...rest];

registerTypeScript();
// Node 20 has only `register`, which Node 26 warns about.
if ('registerHooks' in nodeModule) nodeModule.registerHooks(wgslHooks);
else nodeModule.register('./wgsl-hooks.mjs', import.meta.url);
await import('./vulkan-env.ts');
await import(pathToFileURL(path).href);
