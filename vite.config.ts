import react from '@vitejs/plugin-react';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { readGguf } from './engine/formats/gguf.ts';
import { MemorySource } from './engine/formats/memory-source.ts';
import { contentSecurityPolicy } from './tools/content-security-policy.ts';
import { embedScript } from './tools/embed-script.ts';
import { bundleSdk } from './tools/bundle-sdk.ts';
import { licences } from './tools/licences.ts';
import { pageStart, START_STYLE } from './tools/page-start.ts';
import { manifest } from './tools/web-manifest.ts';

const MODELS_FOLDER = join(import.meta.dirname, 'public/models');
/** Prompts that the bundled model answers rightly; some are offered where a conversation is empty. */
const { prompts: promises } = JSON.parse(readFileSync(join(import.meta.dirname, 'training/prompts.json'), 'utf8')) as {
  prompts: { prompt: string; suggestion?: boolean }[];
};

const HASH_CHARACTERS = 12; // 48 bits: enough to tell versions of one file apart

/** What the page knows of the file in `public/models/` (see `app/models/bundled.ts`), or null where there is none. */
async function bundledModel(): Promise<{
  url: string;
  name: string;
  bytes: number;
  sha256: string;
  suggestions: string[];
} | null> {
  const files = existsSync(MODELS_FOLDER) ? readdirSync(MODELS_FOLDER).filter((file) => file.endsWith('.gguf')) : [];
  const [file, ...others] = files;
  if (file === undefined) return null;
  if (others.length > 0) throw new Error(`public/models/ must hold one .gguf file, but holds ${files.join(', ')}`);
  const content = readFileSync(join(MODELS_FOLDER, file));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const { metadata } = await readGguf([new MemorySource(Uint8Array.from(content), file)]);
  return {
    url: `./models/${encodeURIComponent(file)}?v=${sha256.slice(0, HASH_CHARACTERS)}`,
    name: metadata.optionalString('general.name') ?? file.replace(/\.gguf$/, ''),
    bytes: content.length,
    sha256,
    suggestions: promises.filter(({ suggestion }) => suggestion === true).map(({ prompt }) => prompt),
  };
}

/** For bug reports; see `app/settings/page-version.ts`. */
function pageVersion(): { version: string; commit: string | null; source: string | null } {
  const { version, homepage: source = null } = JSON.parse(
    readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'),
  ) as {
    version: string;
    homepage?: string;
  };
  try {
    const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return { version, commit: commit.trim(), source };
  } catch {
    return { version, commit: null, source }; // built from an archive
  }
}

/** KaTeX names each font in three formats; every browser with WebGPU reads the first. */
function modernFontsOnly(): Plugin {
  return {
    name: 'mixtab-modern-fonts-only',
    enforce: 'pre',
    transform: (code, id) =>
      /katex[^?]*\.css/.test(id)
        ? code.replaceAll(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\(['"](?:woff|truetype)['"]\)/g, '')
        : null,
  };
}

/** What the frame for other people's pages is not: an app to install. */
function frameWithoutManifest(): Plugin {
  return {
    name: 'mixtab-frame-without-manifest',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { path }) => (path === '/embed.html' ? html.replace(/<link rel="manifest"[^>]*>/, '') : html),
    },
  };
}

const licencesOf = licences();

const bundled = await bundledModel();

/** What the picture of a chat shows before anything is loaded; see `embed/element/poster.ts`. */
const posterFacts = bundled && {
  ...bundled,
  url: undefined,
  sha256: undefined,
  suggestions: bundled.suggestions.slice(0, 4),
};

/** The package beside the page, for `examples/api.html`. */
function packageBeside(): Plugin {
  let folder = '';
  return {
    name: 'mixtab-package',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = join(root, build.outDir, 'mixtab');
    },
    closeBundle: () => bundleSdk(folder),
  };
}

export default defineConfig({
  // Relative, so that the built folder works wherever it is put.
  base: './',
  define: {
    __BUNDLED_MODEL__: JSON.stringify(bundled),
    __PAGE_VERSION__: JSON.stringify(pageVersion()),
  },
  plugins: [
    react(),
    contentSecurityPolicy(),
    pageStart(),
    embedScript({ __BUNDLED_MODEL__: JSON.stringify(posterFacts) }),
    modernFontsOnly(),
    licencesOf.page,
    VitePWA({
      // A new version waits until the person asks for it: a reload by itself would cut an answer short.
      registerType: 'prompt',
      injectRegister: false, // app/main.tsx registers it
      manifest,
      includeManifestIcons: false, // the patterns below have them
      strategies: 'injectManifest',
      srcDir: 'app/pwa/worker',
      filename: 'sw.ts',
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,wasm,wgsl,svg,png,woff2,webmanifest}', 'licences.txt'],
        globIgnores: ['models/**', 'screenshots/**', 'examples/**', 'mixtab/**'],
        maximumFileSizeToCacheInBytes: 8 * 1024 * 1024, // the worker with its tokenizer is the largest piece
      },
    }),
    frameWithoutManifest(),
    packageBeside(),
  ],
  worker: { format: 'es', plugins: () => [licencesOf.worker] },
  build: {
    rolldownOptions: {
      input: {
        index: join(import.meta.dirname, 'index.html'),
        embed: join(import.meta.dirname, 'embed.html'),
        ...START_STYLE,
      },
    },
    // The oldest of each family that has WebGPU; see app/models/browsers.ts.
    target: ['chrome113', 'edge113', 'firefox141', 'safari26'],
    assetsInlineLimit: 0, // the content security policy allows no inlined fonts or scripts
  },
});
