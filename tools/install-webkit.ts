// WebKitGTK with its driver, and a screen in memory to show it on: Safari's engine, for tests. Its helper processes are
// looked for where the packages put them, so it cannot be unpacked elsewhere as Firefox is.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages, NotInstallable } from './debian.ts';

const PACKAGES = ['webkit2gtk-driver', 'xvfb', 'xauth'];
const DRIVER = '/usr/bin/WebKitWebDriver';
const SCREEN = '/usr/bin/Xvfb';
const LIBRARIES = '/usr/lib';

export interface WebKit {
  readonly driver: string;
  readonly screen: string;
  /** The small browser that the driver starts. */
  readonly browser: string;
}

function miniBrowser(): string | undefined {
  return readdirSync(LIBRARIES)
    .filter((name) => name.endsWith('-linux-gnu'))
    .flatMap((architecture) =>
      ['webkit2gtk-4.1', 'webkit2gtk-4.0'].map((version) => join(LIBRARIES, architecture, version, 'MiniBrowser')),
    )
    .find((path) => existsSync(path));
}

/** The WebKit of this machine. @throws NotInstallable where there is none */
export function findWebKit(): WebKit {
  const browser = miniBrowser();
  if (browser === undefined || !existsSync(DRIVER) || !existsSync(SCREEN)) {
    throw new NotInstallable('WebKitWebDriver, MiniBrowser or Xvfb is missing');
  }
  return { driver: DRIVER, screen: SCREEN, browser };
}

/** @throws NotInstallable with the reason why there can be none here */
export function installWebKit(): void {
  if (process.platform !== 'linux') throw new NotInstallable('WebKitGTK is for Linux');
  if (miniBrowser() === undefined || !existsSync(DRIVER) || !existsSync(SCREEN)) installPackages(PACKAGES);
  findWebKit();
}
