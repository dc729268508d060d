// Gives Dawn in Node (npm `webgpu`) a Vulkan driver on machines without a GPU: the SwiftShader that comes with Chromium.
// Importing this module sets the environment; it must happen before the process loads `webgpu`.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { chromiumDirectories } from './chromium.ts';

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

/** The environment variables to add to this process or its children; empty where nothing is needed or nothing is found. */
export function vulkanEnvironment(): Record<string, string> {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES } = process.env;
  if (process.platform !== 'linux' || VK_ICD_FILENAMES || VK_DRIVER_FILES || hasGpu()) return {};
  const icd = chromiumDirectories()
    .map((directory) => join(directory, 'vk_swiftshader_icd.json'))
    .find((path) => existsSync(path));
  return icd ? { VK_ICD_FILENAMES: icd } : {};
}

Object.assign(process.env, vulkanEnvironment());
