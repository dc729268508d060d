/**
 * `licences.txt` of the built page: the licences of the libraries in it, which most of them ask to be shown. Settings, About
 * links to it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const FILE = 'licences.txt';
const RULE = '─'.repeat(80);

interface Library {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** The folder of the package that a module belongs to, or null for one of the page's own. */
function packageFolder(module: string): string | null {
  const [path = ''] = module.replace(/^\0/, '').split('?', 1);
  if (!path.includes('node_modules')) return null;
  for (let folder = dirname(path); folder.includes('node_modules'); folder = dirname(folder)) {
    // Some packages have a package.json in each of their folders, without a name.
    const file = join(folder, 'package.json');
    if (existsSync(file) && 'name' in (JSON.parse(readFileSync(file, 'utf8')) as object)) return folder;
  }
  return null;
}

function readLibrary(folder: string): Library {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.\w+)?$/i.test(entry));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return { name, version, licence: license ?? 'see below', text };
}

function format(folders: ReadonlySet<string>): string {
  const libraries = [...folders].map(readLibrary).sort((a, b) => a.name.localeCompare(b.name, 'en'));
  const parts = libraries.map(({ name, version, licence, text }) => `${name} ${version}\n${licence}\n\n${text}`);
  return ['Libraries in Mixtab, and their licences', ...parts].join(`\n\n${RULE}\n\n`);
}

/**
 * Collects which packages went into the page, and into its worker, which Vite builds by itself: `worker` goes among the
 * worker's plugins, `page` among the page's.
 */
export function licences(): { readonly page: Plugin; readonly worker: Plugin; text(): string } {
  const folders = new Set<string>();
  const collect = (modules: Iterable<string>): void => {
    for (const module of modules) {
      const folder = packageFolder(module);
      if (folder !== null) folders.add(folder);
    }
  };
  return {
    text: () => format(folders),
    worker: {
      name: 'mixtab-licences-of-worker',
      apply: 'build',
      buildEnd() {
        collect(this.getModuleIds());
      },
    },
    page: {
      name: 'mixtab-licences',
      apply: 'build',
      generateBundle() {
        collect(this.getModuleIds());
        this.emitFile({ type: 'asset', fileName: FILE, source: format(folders) });
      },
    },
  };
}
