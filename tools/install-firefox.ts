// Firefox with a software GPU, for tests: Debian's Firefox ESR and Mesa's lavapipe, unpacked into a folder of ours.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, NotInstallable, unpackPackages } from './debian.ts';

const FOLDER = join(CACHE, 'firefox');
const ROOT = join(FOLDER, 'root');
const DRIVERS = 'usr/share/vulkan/icd.d';

export interface Firefox {
  readonly executable: string;
  /** What it needs to find its libraries and lavapipe. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The Firefox that {@link installFirefox} has unpacked. @throws NotInstallable */
export function findFirefox(): Firefox {
  const executable = join(ROOT, 'usr/lib/firefox-esr/firefox-esr');
  const drivers = join(ROOT, DRIVERS);
  const lavapipe = existsSync(drivers) ? readdirSync(drivers).find((name) => name.startsWith('lvp_icd')) : undefined;
  if (!existsSync(executable)) throw new NotInstallable('the package firefox-esr holds no Firefox');
  if (lavapipe === undefined) throw new NotInstallable('the package mesa-vulkan-drivers holds no lavapipe');
  const libraries = readdirSync(join(ROOT, 'usr/lib'))
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => join(ROOT, 'usr/lib', name));
  return {
    executable,
    environment: { LD_LIBRARY_PATH: libraries.join(':'), VK_ICD_FILENAMES: join(drivers, lavapipe) },
  };
}

/** @throws NotInstallable with the reason why there can be none here */
export function installFirefox(): void {
  if (process.platform !== 'linux') throw new NotInstallable('lavapipe, its software GPU, is for Linux');
  // Lavapipe before Mesa 24 lacks what WebGPU needs.
  unpackPackages(FOLDER, ['firefox-esr', 'libvulkan1'], ['mesa-vulkan-drivers']);
  findFirefox();
}
