// @vitest-environment happy-dom
// public/start.js, which runs before everything else and belongs to no module.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../tools/content-security-policy.ts';

const SOURCE = readFileSync(join(import.meta.dirname, '../../public/start.js'), 'utf8');
const html = document.documentElement;

function start(): void {
  // eslint-disable-next-line typescript/no-implied-eval -- a classic script has no other door
  new Function(SOURCE)();
}

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal('origin', 'https://example.org');
  // happy-dom has no modules.
  Object.defineProperty(HTMLScriptElement.prototype, 'noModule', { value: false, configurable: true });
  document.body.innerHTML = `
    <p data-start="starting">Mixtab is starting…</p>
    <p data-trouble-of="">Unknown</p><p data-trouble-of="old" hidden>Old</p><p data-trouble-of="failed" hidden>Failed</p>
    <p id="trouble-detail" data-trouble-of="failed" hidden></p>`;
});
afterEach(() => {
  vi.unstubAllGlobals();
  for (const name of ['theme', 'textSize', 'sidebar', 'trouble', 'started']) delete html.dataset[name];
  html.lang = 'en';
});

const shown = (): string[] =>
  [...document.querySelectorAll<HTMLElement>('[data-trouble-of]')]
    .filter((part) => !part.hidden)
    .map((part) => part.textContent ?? '');

describe('what was chosen', () => {
  test('is applied', () => {
    const state = { theme: 'dark', textSize: 'larger', sidebar: 'hidden' };
    localStorage.setItem('mixtab-settings', JSON.stringify({ state }));
    start();
    expect(html.dataset).toMatchObject({ theme: 'dark', textSize: 'larger', sidebar: 'hidden' });
  });

  test.each(['', 'abc', 'null', '5', '[]', '{"state":5}', '{"state":{"theme":"<b>","textSize":{},"language":[]}}'])(
    '%j is none of ours: the defaults',
    (text) => {
      localStorage.setItem('mixtab-settings', text);
      start();
      expect(html.dataset['theme']).toMatch(/^(light|dark)$/);
      expect(html.dataset['textSize']).toBe('medium');
      expect(html.dataset['trouble']).toBeUndefined();
    },
  );
});

test('the words are those of the language that was chosen', () => {
  document.body.insertAdjacentHTML(
    'beforeend',
    '<script type="application/json" id="start-words">{"fr":{"starting":"Mixtab démarre…"}}</script>',
  );
  localStorage.setItem('mixtab-settings', JSON.stringify({ state: { language: 'fr' } }));
  start();
  expect(document.querySelector('[data-start]')?.textContent).toBe('Mixtab démarre…');
  expect(html.lang).toBe('fr');
});

describe('trouble', () => {
  test('an old browser', () => {
    delete (HTMLScriptElement.prototype as { noModule?: boolean }).noModule;
    start();
    expect(html.dataset['trouble']).toBe('old');
    expect(shown()).toEqual(['Old']);
  });

  test('a script of the page that breaks, and no extension’s', () => {
    start();
    window.dispatchEvent(new ErrorEvent('error', { message: 'Theirs', filename: 'chrome-extension://abc/a.js' }));
    expect(html.dataset['trouble']).toBeUndefined();
    const filename = new URL('assets/index.js', location.href).href;
    window.dispatchEvent(new ErrorEvent('error', { message: 'Ours', filename }));
    expect(shown()).toEqual(['Failed', 'Ours']);
  });

  test('is none of its business once the page is there', () => {
    start();
    html.dataset['started'] = '';
    const filename = new URL('assets/index.js', location.href).href;
    window.dispatchEvent(new ErrorEvent('error', { message: 'Ours', filename }));
    expect(html.dataset['trouble']).toBeUndefined();
  });
});

test('the policy allows no inline script, no eval, no WebAssembly, no data, and nobody else’s', () => {
  expect(CONTENT_SECURITY_POLICY.split('; ')).toContain("script-src 'self'");
  expect(CONTENT_SECURITY_POLICY).not.toMatch(/eval|wasm|data:| \*(?: |;|$)/);
});
