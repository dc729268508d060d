/**
 * The start of the page, in index.html: words, the script that runs before the first paint, and an order in which the frame
 * is painted as soon as it and its small style sheet are there. All else comes after the frame, in the body: a style sheet
 * in the head would hold the first paint back.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HtmlTagDescriptor, Plugin } from 'vite';
import { COLUMNS, ROUTE, ROWS } from '../app/icons/mark-geometry.ts';

const ROOT = join(import.meta.dirname, '..');
const WORDS = join(ROOT, 'app/i18n');
const STYLE = 'app/start/start.css';

/** An entry of the build: it becomes a style sheet of its own, and no script. */
export const START_STYLE = { start: join(ROOT, STYLE) };

type Words = Readonly<Record<string, string>>;

function wordsOf(language: string): Words {
  return JSON.parse(readFileSync(join(WORDS, language, 'start.json'), 'utf8')) as Words;
}

/** `app/icons/Mark.tsx`, as it is drawn there. */
function mark(size: number): string {
  const dots = COLUMNS.flatMap((x, column) =>
    ROWS.map((y) => {
      const isLit = y === ROUTE[column];
      return `<circle class="mark-${isLit ? 'lit' : 'dim'}" cx="${x}" cy="${y}" r="${isLit ? 2.4 : 1.5}"/>`;
    }),
  );
  const points = COLUMNS.map((x, column) => `${x},${ROUTE[column]}`).join(' ');
  return `<svg class="mark" width="${size}" height="${size}" viewBox="0 0 32 32">${dots.join('')}<polyline class="mark-route" points="${points}"/></svg>`;
}

/** English, in its places. */
function withWords(html: string): string {
  const english = wordsOf('en');
  return html
    .replace('<!-- mark -->', mark(26))
    .replaceAll(
      /(<(\w+)[^>]* data-start="(\w+)"[^>]*>)(<\/\2>)/g,
      (_, open: string, _tag, key: string, close: string) => {
        const words = english[key];
        if (words === undefined) throw new Error(`index.html asks for “${key}”, which is not in start.json`);
        return open + words + close;
      },
    );
}

/** Other languages, for `public/start.js`: a block of data, which the browser does not run. */
function otherWords(): HtmlTagDescriptor[] {
  const languages = readdirSync(WORDS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'en')
    .map(({ name }) => [name, wordsOf(name)] as const);
  if (languages.length === 0) return [];
  const children = JSON.stringify(Object.fromEntries(languages)).replaceAll('<', '\\u003c');
  return [{ tag: 'script', attrs: { type: 'application/json', id: 'start-words' }, children, injectTo: 'body' }];
}

/** Module scripts, what they preload, and the style sheet that comes with them, go to the end of the body. */
function frameFirst(html: string): string {
  const late: string[] = [];
  const early = html.replaceAll(
    /\s*(?:<link rel="(?:modulepreload|stylesheet)"[^>]*>|<script type="module"[^>]*><\/script>)/g,
    (tag) => {
      late.push(tag);
      return '';
    },
  );
  return early.replace('</body>', () => `${late.join('')}\n  </body>`);
}

export function pageStart(): Plugin {
  return {
    name: 'mixtab-page-start',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { path, bundle }) => {
        // The page on a fake engine has a document of its own, as has the frame for others' pages.
        if (path.startsWith('/app/') || path === '/embed.html') return html;
        const built = Object.keys(bundle ?? {}).find((file) => /(?:^|\/)start-[^/]*\.css$/.test(file));
        if (bundle !== undefined && built === undefined) throw new Error(`${STYLE} was not built`);
        return {
          html: frameFirst(withWords(html)),
          tags: [
            // Written here, because Vite bundles the style sheets of index.html, and warns of classic scripts there.
            { tag: 'link', attrs: { rel: 'stylesheet', href: `./${built ?? STYLE}` }, injectTo: 'head' },
            { tag: 'script', attrs: { src: './start.js' }, injectTo: 'head' },
            ...otherWords(),
          ],
        };
      },
    },
  };
}
