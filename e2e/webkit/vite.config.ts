// The page on the fake engine, built: WebKit has no WebGPU here. Not for the world.
import { resolve } from 'node:path';
import { defineConfig, mergeConfig } from 'vite';
import viteConfig from '../../vite.config.ts';

export default mergeConfig(
  viteConfig,
  defineConfig({
    root: resolve('.'),
    build: {
      outDir: resolve('node_modules/.cache/mixtab-fake-page'),
      emptyOutDir: true,
      rollupOptions: { input: resolve('app/testing/fake.html') },
    },
  }),
);
