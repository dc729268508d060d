// Installs what the tests need and this machine lacks: a full Chromium, and on Linux the Vulkan loader for Dawn in Node.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { findChromium } from './chromium.ts';

/** Debian's installer asks questions otherwise. */
const ENVIRONMENT = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };

/** Runs a command in the foreground. @throws Error if it fails */
function run(command: string, ...args: string[]): void {
  console.log(`> ${[command, ...args].join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: ENVIRONMENT });
  if (status !== 0) throw new Error(`${command} failed${error ? `: ${error.message}` : ` with exit code ${status}`}`);
}

const isRoot = process.getuid?.() === 0;
const asRoot = (...command: [string, ...string[]]): void => (isRoot ? run(...command) : run('sudo', ...command));

const hasApt = existsSync('/usr/bin/apt-get');
/** Ubuntu's `chromium` package is a stub that asks for snap. */
const isDebian = hasApt && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));

function hasVulkanLoader(): boolean {
  if (process.platform !== 'linux') return true; // Dawn uses Metal or Direct3D there
  const { stdout } = spawnSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' });
  return stdout?.includes('libvulkan.so.1') ?? false;
}

/** Debian packages of what is missing. */
function missingPackages(): string[] {
  const packages: string[] = [];
  if (findChromium() === undefined && isDebian) packages.push('chromium');
  if (!hasVulkanLoader() && hasApt) packages.push('libvulkan1');
  return packages;
}

const packages = missingPackages();
if (packages.length > 0) {
  asRoot('apt-get', 'update', '-q');
  asRoot('apt-get', 'install', '-q', '-y', '--no-install-recommends', ...packages);
}
if (findChromium() === undefined) run('npx', 'playwright', 'install', ...(hasApt ? ['--with-deps'] : []), 'chromium');
if (!hasVulkanLoader()) {
  throw new Error('The tests need the Vulkan loader, libvulkan.so.1: install your distribution’s package for it.');
}
