// node tools/run-ts.mjs bench/gpu/bundle.ts FOLDER: the bench as one script, FOLDER/gpu.mjs.
import { build } from 'vite';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Usage: node tools/run-ts.mjs bench/gpu/bundle.ts FOLDER');
await build({
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  ssr: { noExternal: true, external: ['webgpu'] },
  build: {
    ssr: 'bench/gpu/gpu.ts',
    outDir: folder,
    emptyOutDir: false,
    minify: true,
    rolldownOptions: { output: { entryFileNames: 'gpu.mjs', codeSplitting: false } },
  },
});
