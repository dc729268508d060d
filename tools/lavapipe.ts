// Mesa's lavapipe, a Vulkan driver in software with f16 and subgroups of eight, unpacked from Debian's packages into a folder of
// ours: for Dawn in Node (`MIXTAB_VULKAN=lavapipe`) and for Firefox.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, libraryFolders, NotInstallable, unpackPackages } from './debian.ts';

const FOLDER = join(CACHE, 'lavapipe');
const ROOT = join(FOLDER, 'root');
const DRIVERS = 'usr/share/vulkan/icd.d';
const LIBRARY = 'libvulkan_lvp.so';

/** What lets a process that is started with it find lavapipe, its libraries and the Vulkan loader. */
export type LavapipeEnvironment = Readonly<Record<'LD_LIBRARY_PATH' | 'VK_ICD_FILENAMES', string>>;

/** The lavapipe that {@link installLavapipe} has unpacked. @throws NotInstallable */
export function findLavapipe(): LavapipeEnvironment {
  const drivers = join(ROOT, DRIVERS);
  const driver = existsSync(drivers) ? readdirSync(drivers).find((name) => name.startsWith('lvp_icd')) : undefined;
  if (driver === undefined) throw new NotInstallable('lavapipe is not installed yet: npm run install-lavapipe');
  return { LD_LIBRARY_PATH: libraryFolders(ROOT).join(':'), VK_ICD_FILENAMES: join(drivers, driver) };
}

/** Names of libraries that the driver needs and the dynamic linker does not find. */
function missingLibraries({ LD_LIBRARY_PATH }: LavapipeEnvironment): readonly string[] {
  const path = libraryFolders(ROOT)
    .map((folder) => join(folder, LIBRARY))
    .find((each) => existsSync(each));
  if (path === undefined) return [LIBRARY];
  const { stdout } = spawnSync('ldd', [path], { encoding: 'utf8', env: { ...process.env, LD_LIBRARY_PATH } });
  return [...(stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)].map(([, name = '']) => name);
}

/** @throws NotInstallable with the reason why there can be none here */
export function installLavapipe(): void {
  if (process.platform !== 'linux') throw new NotInstallable('lavapipe, a software GPU, is for Linux');
  // Before Mesa 24 it lacks what WebGPU needs.
  unpackPackages(FOLDER, ['libvulkan1'], ['mesa-vulkan-drivers']);
  const missing = missingLibraries(findLavapipe());
  if (missing.length === 0) return;
  throw new NotInstallable(`lavapipe lacks ${missing.join(', ')}: remove ${FOLDER} and install it again`);
}
