// node tools/run-ts.mjs oracle/templates/collect.ts GIT_REPOSITORY …: copies all files `*.jinja` of these repositories (folders of
// clones, or anything that `git clone` takes) to `oracle/templates/collected/`, by the SHA-256 of their text. They are other
// people's, so git ignores that folder; the tests of templates run on what is there, with the hashes in
// `oracle/golden/templates/collected.json`. Those came from the repositories ikawrakow/ik_llama.cpp, ngxson/llama.cpp and
// unslothai/llama.cpp (`models/templates`, forks of llama.cpp) and chujiezheng/chat_templates on GitHub.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COLLECTED, sha256 } from './collected.ts';

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

/** @returns how many there are */
function collectFrom(repository: string): number {
  const paths = git('-C', repository, 'ls-tree', '-r', 'HEAD', '--name-only', '-z')
    .split('\0')
    .filter((path) => path.endsWith('.jinja'));
  for (const path of paths) {
    const template = git('-C', repository, 'show', `HEAD:${path}`);
    writeFileSync(join(COLLECTED, `${sha256(template)}.jinja`), template);
  }
  return paths.length;
}

const repositories = process.argv.slice(2);
if (repositories.length === 0) throw new Error('Usage: collect.ts GIT_REPOSITORY …');
mkdirSync(COLLECTED, { recursive: true });
for (const repository of repositories) {
  if (existsSync(repository)) {
    console.log(`${collectFrom(repository)} templates in ${repository}`);
    continue;
  }
  const clone = mkdtempSync(join(tmpdir(), 'templates-'));
  git('clone', '--quiet', '--depth', '1', '--filter', 'blob:none', '--no-checkout', repository, clone);
  console.log(`${collectFrom(clone)} templates in ${repository}`);
  rmSync(clone, { recursive: true });
}
