// @vitest-environment happy-dom
import '../i18n/i18n.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startTooltips } from './tooltips.ts';

let end = (): void => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML =
    '<button id="a" aria-label="Hide" data-tooltip="Hide" aria-keyshortcuts="Control+B">x</button>' +
    '<button id="b" data-tooltip="More about it">y</button><dialog open><button id="c" data-tooltip="Close">z</button></dialog>';
  end = startTooltips(document);
});
afterEach(() => {
  end();
  vi.useRealTimers();
  document.body.replaceChildren();
});

function at(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(id);
  return found;
}

function over(target: Element, pointerType = 'mouse'): void {
  target.dispatchEvent(new PointerEvent('pointerover', { bubbles: true, pointerType }));
}

const tip = (): Element | null => document.querySelector('[role=tooltip]');

describe('a tooltip', () => {
  test('comes when the mouse rests, with the shortcut, and not under a finger', () => {
    over(at('a'), 'touch');
    vi.advanceTimersByTime(5000);
    expect(tip()).toBeNull();
    over(at('a'));
    vi.advanceTimersByTime(100);
    expect(tip()).toBeNull();
    vi.advanceTimersByTime(1000);
    expect(tip()?.textContent).toBe('HideCtrlB');
    // It is the button's name: nothing is said twice.
    expect(at('a').hasAttribute('aria-describedby')).toBe(false);
  });

  test('says what the name does not, to screen readers too', () => {
    over(at('b'));
    vi.advanceTimersByTime(1000);
    expect(at('b').getAttribute('aria-describedby')).toBe(tip()?.id);
    over(document.body);
    vi.advanceTimersByTime(1000);
    expect(tip()).toBeNull();
    expect(at('b').hasAttribute('aria-describedby')).toBe(false);
  });

  test('stays while the mouse goes onto it, and ends with Escape', () => {
    over(at('b'));
    vi.advanceTimersByTime(1000);
    const shown = tip();
    over(document.body);
    if (shown !== null) over(shown);
    vi.advanceTimersByTime(5000);
    expect(tip()).not.toBeNull();
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(tip()).toBeNull();
  });

  test('of a dialog stands in it, where the mouse can reach it', () => {
    over(at('c'));
    vi.advanceTimersByTime(1000);
    expect(tip()?.parentElement?.tagName).toBe('DIALOG');
    at('c').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    expect(tip()).toBeNull();
  });
});

test('no element of the page has a tooltip of the browser', () => {
  const root = join(import.meta.dirname, '..');
  const native: string[] = [];
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.tsx') || file.endsWith('.test.tsx') || file.startsWith('testing')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    for (const match of text.matchAll(/\stitle=[{"]/g)) {
      const tag = [...text.slice(0, match.index).matchAll(/<([A-Za-z][\w.]*)/g)].at(-1)?.[1] ?? '';
      // A frame's is its name.
      if (/^[a-z]/.test(tag) && tag !== 'iframe') native.push(`${file}: <${tag} title>`);
    }
  }
  expect(native).toEqual([]);
});
