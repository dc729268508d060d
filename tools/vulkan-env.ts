// Gives Dawn in Node (npm `webgpu`) a Vulkan driver on machines without a GPU: the SwiftShader that comes with Chromium, or
// Mesa's lavapipe where MIXTAB_VULKAN=lavapipe asks for it (f16, subgroups of eight). And keeps layers and loader from talking: what a command writes is to be its own words.
// Importing this module sets the environment; it must happen before the process loads `webgpu`.
import { existsSync, readdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumDirectories } from './chromium.ts';
import { findLavapipe } from './lavapipe.ts';

/** Where the Vulkan loader looks for drivers on Linux. */
const DRIVER_DIRECTORIES = [
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  join(homedir(), '.local/share/vulkan/icd.d'),
];

/** Device nodes of a GPU. Mesa's driver files are often installed on machines that have none. */
const GPU_DEVICES = ['/dev/dri/renderD128', '/dev/nvidiactl', '/dev/dxg'];

const isDriver = (name: string): boolean => name.endsWith('.json');
const holdsDriver = (directory: string): boolean => existsSync(directory) && readdirSync(directory).some(isDriver);
const hasGpu = (): boolean => GPU_DEVICES.some((path) => existsSync(path)) && DRIVER_DIRECTORIES.some(holdsDriver);

/**
 * Mesa's device-select layer asks Wayland which GPU it draws on, and Wayland's library complains on stderr where this is
 * not set, as in containers. Where it is set and no compositor listens, it says nothing.
 */
const quiet = (): Record<string, string> => (process.env['XDG_RUNTIME_DIR'] ? {} : { XDG_RUNTIME_DIR: tmpdir() });

/** Layers that install themselves (device choice, overlays) are for drivers that draw on a screen. */
const WITHOUT_LAYERS = { VK_LOADER_LAYERS_DISABLE: '~implicit~' };

/** For a process that is started with it: the dynamic linker reads its variable once. */
function lavapipeEnvironment(): Record<string, string> {
  const { LD_LIBRARY_PATH: ours, VK_ICD_FILENAMES } = findLavapipe();
  const theirs = process.env['LD_LIBRARY_PATH']?.split(':') ?? [];
  const libraries = [...new Set([...ours.split(':'), ...theirs])].filter((folder) => folder !== '');
  return { ...quiet(), ...WITHOUT_LAYERS, VK_ICD_FILENAMES, LD_LIBRARY_PATH: libraries.join(':') };
}

/**
 * The environment variables to add to this process or its children; empty where nothing is needed or nothing is found.
 * @throws Error where MIXTAB_VULKAN asks for a driver that is unknown or not installed
 */
export function vulkanEnvironment(): Record<string, string> {
  const wanted = process.env['MIXTAB_VULKAN'];
  if (wanted === 'lavapipe') return lavapipeEnvironment();
  if (wanted) throw new Error(`MIXTAB_VULKAN is "${wanted}": it may only be "lavapipe", or not set.`);
  if (process.platform !== 'linux') return {};
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES } = process.env;
  if (VK_ICD_FILENAMES || VK_DRIVER_FILES || hasGpu()) return quiet();
  const icd = chromiumDirectories()
    .map((directory) => join(directory, 'vk_swiftshader_icd.json'))
    .find((path) => existsSync(path));
  return { ...quiet(), ...(icd && { VK_ICD_FILENAMES: icd, ...WITHOUT_LAYERS }) };
}

Object.assign(process.env, vulkanEnvironment());
