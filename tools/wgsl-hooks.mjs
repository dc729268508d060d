// Module hooks that import shader text as Vite does: `import code from './x.wgsl?raw'`. They are plain functions, so
// that they serve both `registerHooks` of newer Nodes and `register` of Node 20, whose chain returns promises.
import { readFileSync } from 'node:fs';

const SUFFIX = '.wgsl?raw';

export function resolve(specifier, context, nextResolve) {
  if (!specifier.endsWith(SUFFIX)) return nextResolve(specifier, context);
  return { url: new URL(specifier, context.parentURL).href, shortCircuit: true };
}

export function load(url, context, nextLoad) {
  if (!url.endsWith(SUFFIX)) return nextLoad(url, context);
  const file = new URL(url);
  file.search = '';
  const text = readFileSync(file, 'utf8');
  return { format: 'module', source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
}
