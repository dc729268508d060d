// node bench/gpu/pack.mjs FOLDER: bundles the bench into one script there.
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const wgsl = {
  name: 'wgsl',
  setup(plugin) {
    plugin.onResolve({ filter: /\.wgsl\?raw$/ }, ({ path, importer }) => ({
      path: resolve(dirname(importer), path.replace(/\?raw$/, '')),
      namespace: 'wgsl',
    }));
    plugin.onLoad({ filter: /.*/, namespace: 'wgsl' }, ({ path }) => ({
      contents: readFileSync(path, 'utf8'),
      loader: 'text',
    }));
  },
};

await build({
  entryPoints: ['bench/gpu/gpu.ts'],
  outfile: `${process.argv[2]}/gpu.mjs`,
  bundle: true,
  minify: true,
  platform: 'node',
  format: 'esm',
  external: ['webgpu'],
  plugins: [wgsl],
});
