// Debian packages that only tests need, with apt's own resolver and mirrors.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Why something cannot be had here: said where its tests are skipped. */
export class NotInstallable extends Error {}

/** Installs something; says why it cannot be had here. */
export function reasonAgainst(install: () => void): string | undefined {
  try {
    install();
    return undefined;
  } catch (error) {
    if (error instanceof NotInstallable) return error.message;
    throw error;
  }
}

/** Beside the browsers that Playwright keeps: outlives `npm ci`. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'mixtab');

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** From here on a release's own packages are new enough; before, its backports have them. */
const FIRST_WITHOUT_BACKPORTS = 13;

/** A network that answers nothing must not hold the tests up. */
const PATIENT = ['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=20', '-o', 'DPkg::Lock::Timeout=120'];

function apt(...args: string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  return spawnSync('apt-get', [...PATIENT, ...args], { encoding: 'utf8', env, maxBuffer: 64 * 1024 * 1024 });
}

/** @throws NotInstallable with the last thing that the command said */
function check({ status, stderr, error }: SpawnSyncReturns<string>, what: string): void {
  if (status === 0) return;
  const said = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  throw new NotInstallable(`${what} failed: ${said}`);
}

/** What `/etc/os-release` says. @throws NotInstallable where this is not Debian */
function debianRelease(): { readonly codename: string; readonly version: number } {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  const value = (key: string): string => new RegExp(`^${key}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? '';
  if (value('ID') !== 'debian') throw new NotInstallable('only Debian’s packages are known, and this is not Debian');
  return { codename: value('VERSION_CODENAME'), version: Number(value('VERSION_ID')) };
}

interface Repository {
  readonly uri: string;
  readonly suite: string;
}

/** The package repositories that this machine is configured with, before anything was fetched from them. */
function repositories(): readonly Repository[] {
  const { stdout } = apt(
    ...['indextargets', '--no-release-info', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)'],
    'Created-By: Packages',
  );
  const lines = new Set((stdout ?? '').split('\n').filter((line) => line.endsWith(' main')));
  return [...lines].map((line) => {
    const [uri = '', suite = ''] = line.split(' ');
    return { uri, suite };
  });
}

/** The machine's own sources, and the backports of its release from the same mirror: in a file of ours. */
function sourcesWithBackports(): string {
  const { codename, version } = debianRelease();
  const own = repositories();
  const main = own.find(({ suite }) => suite === codename);
  if (main === undefined) throw new NotInstallable('apt is not configured with Debian’s main packages');
  const backports = version < FIRST_WITHOUT_BACKPORTS ? [{ uri: main.uri, suite: `${codename}-backports` }] : [];
  const signed = existsSync(KEYRING) ? `[signed-by=${KEYRING}] ` : '';
  return [...own, ...backports].map(({ uri, suite }) => `deb ${signed}${uri} ${suite} main\n`).join('');
}

/**
 * Unpacks packages, and what they need beyond what this machine has, into `folder`: without root, and without touching what
 * is installed. Those of `fromBackports` come from there while a release is old. @throws NotInstallable
 */
export function unpackPackages(folder: string, packages: readonly string[], fromBackports: readonly string[]): void {
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return;
  const sources = sourcesWithBackports();
  const { codename, version } = debianRelease();
  rmSync(folder, { recursive: true, force: true });
  const at = (path: string): string => join(folder, path);
  for (const path of ['lists/partial', 'cache/archives/partial', 'root']) mkdirSync(at(path), { recursive: true });
  writeFileSync(at('sources.list'), sources);
  const ours = [
    ...['-o', `Dir::Etc::SourceList=${at('sources.list')}`, '-o', 'Dir::Etc::SourceParts=/dev/null'],
    ...['-o', `Dir::State::Lists=${at('lists')}`, '-o', `Dir::Cache=${at('cache')}`, '-o', 'Debug::NoLocking=1'],
    // Root's downloads are made by a user who may not read a home folder.
    ...(process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []),
  ];
  check(apt(...ours, 'update', '-q'), 'apt-get update');
  const wanted = [
    ...packages,
    ...fromBackports.map((name) => (version < FIRST_WITHOUT_BACKPORTS ? `${name}/${codename}-backports` : name)),
  ];
  // Reinstalled: what this machine has already is to be in the folder as well.
  const install = ['install', '-q', '-y', '--no-install-recommends', '--download-only', '--reinstall'];
  check(apt(...ours, ...install, ...wanted), `apt-get install --download-only ${packages.join(' ')}`);
  for (const name of readdirSync(at('cache/archives')).filter((file) => file.endsWith('.deb'))) {
    check(spawnSync('dpkg-deb', ['-x', at(`cache/archives/${name}`), at('root')], { encoding: 'utf8' }), 'dpkg-deb');
  }
  for (const path of ['lists', 'cache']) rmSync(at(path), { recursive: true });
  writeFileSync(complete, '');
}

/** Where packages that were unpacked below `root` keep their libraries. */
export function libraryFolders(root: string): readonly string[] {
  const libraries = join(root, 'usr/lib');
  if (!existsSync(libraries)) return [];
  return readdirSync(libraries)
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => join(libraries, name));
}

/** Installs packages for good, as root. @throws NotInstallable, with the command to run, where this is not root */
export function installPackages(packages: readonly string[]): void {
  debianRelease();
  if (process.getuid?.() !== 0) {
    throw new NotInstallable(`it needs root once: sudo apt-get install --no-install-recommends ${packages.join(' ')}`);
  }
  check(apt('update', '-q'), 'apt-get update');
  check(apt('install', '-q', '-y', '--no-install-recommends', ...packages), `apt-get install ${packages.join(' ')}`);
}
