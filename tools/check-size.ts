// Size budgets: what a first visit loads of the built page before it can show anything, compressed; the same of the frame that
// stands in other people's pages, and of the script that puts it there.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Built page; another folder may be given as the first argument. */
const DIST = process.argv[2] ?? 'dist';
/** Scripts and style sheets that a document names, gzipped. A phone on 3G has 250 kB in about two seconds. */
const PAGE_BUDGETS = { 'index.html': 250_000, 'embed.html': 150_000 } as const;
/** What every visitor of a host's page loads, whether they want a chat or not. */
const SCRIPT_BUDGET = 8_500;

/** Files that a page loads at once: its module script, the modules preloaded for that, its style sheets. */
function firstLoad(html: string): string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? [];
  return tags
    .filter((tag) => tag.startsWith('<script') || /rel="(?:stylesheet|modulepreload)"/.test(tag))
    .flatMap((tag) => /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? []);
}

function check(name: string, paths: readonly string[], budget: number): void {
  if (paths.length === 0) throw new Error(`${DIST}/${name} names no script: was it built?`);
  console.log(name);
  let total = 0;
  for (const path of paths) {
    const bytes = gzipSync(readFileSync(join(DIST, path))).length;
    total += bytes;
    console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${path}`);
  }
  console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  of ${budget / 1000} kB`);
  if (total <= budget) return;
  console.error(`${name} is over its size budget: load what a first visit does not need with import().`);
  process.exitCode = 1;
}

for (const [name, budget] of Object.entries(PAGE_BUDGETS)) {
  check(name, firstLoad(readFileSync(join(DIST, name), 'utf8')), budget);
}
check('embed.js', ['embed.js'], SCRIPT_BUDGET);
