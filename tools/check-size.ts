// The page's size budget: what a first visit loads of the built page before it can show anything, compressed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Built page; another folder may be given as the first argument. */
const DIST = process.argv[2] ?? 'dist';
/** Scripts and style sheets that index.html names, gzipped. A phone on 3G has 250 kB in about two seconds. */
const BUDGET_BYTES = 250_000;

/** Files that a page loads at once: its module script, the modules preloaded for that, its style sheets. */
function firstLoad(html: string): string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? [];
  return tags
    .filter((tag) => tag.startsWith('<script') || /rel="(?:stylesheet|modulepreload)"/.test(tag))
    .flatMap((tag) => /(?:src|href)="([^"]+)"/.exec(tag)?.[1] ?? []);
}

const files = firstLoad(readFileSync(join(DIST, 'index.html'), 'utf8')).map((path) => {
  const content = readFileSync(join(DIST, path));
  return { path, bytes: gzipSync(content).length };
});
if (files.length === 0) throw new Error(`${DIST}/index.html names no script: was it built?`);
for (const { path, bytes } of files) console.log(`${(bytes / 1000).toFixed(1).padStart(7)} kB  ${path}`);
const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
console.log(`${(total / 1000).toFixed(1).padStart(7)} kB  of ${BUDGET_BYTES / 1000} kB`);
if (total > BUDGET_BYTES) {
  console.error('The page is over its size budget: load what a first visit does not need with import().');
  process.exitCode = 1;
}
