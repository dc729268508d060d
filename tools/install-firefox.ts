// Firefox with a software GPU, for tests: Debian's Firefox ESR, unpacked into a folder of ours, and lavapipe.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, libraryFolders, NotInstallable, unpackPackages } from './debian.ts';
import { findLavapipe, installLavapipe } from './lavapipe.ts';

const FOLDER = join(CACHE, 'firefox');
const ROOT = join(FOLDER, 'root');

export interface Firefox {
  readonly executable: string;
  /** What it needs to find its libraries and lavapipe. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The Firefox that {@link installFirefox} has unpacked. @throws NotInstallable */
export function findFirefox(): Firefox {
  const executable = join(ROOT, 'usr/lib/firefox-esr/firefox-esr');
  if (!existsSync(executable)) throw new NotInstallable('the package firefox-esr holds no Firefox');
  const lavapipe = findLavapipe();
  // Lavapipe's first: what both have is newer there.
  const libraries = [lavapipe.LD_LIBRARY_PATH, ...libraryFolders(ROOT)].join(':');
  return { executable, environment: { ...lavapipe, LD_LIBRARY_PATH: libraries } };
}

/** @throws NotInstallable with the reason why there can be none here */
export function installFirefox(): void {
  installLavapipe();
  unpackPackages(FOLDER, ['firefox-esr'], []);
  findFirefox();
}
