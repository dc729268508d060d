/**
 * The page's own tooltips: whatever has `data-tooltip` shows it, with the shortcut of its `aria-keyshortcuts`, while the mouse rests on it
 * or the keyboard is on it. Escape, a press and leaving it end it, and the mouse may go onto the tip (WCAG 1.4.13). Touch shows none.
 */
import './tooltips.css';
import i18next from 'i18next';
import { isComposing } from './input-method.ts';
import { ariaKeyShortcuts, keyNames, platform, SHORTCUTS } from './shortcuts.ts';

const DELAY_MS = 500;
/** From one button to the next beside it nobody waits again. */
const SOON_MS = 400;
/** The way from what it belongs to onto the tip. */
const LEAVE_MS = 150;
const GAP_PX = 6;
const EDGE_PX = 8;
const SYMBOLS: Readonly<Record<string, string>> = { command: '⌘', option: '⌥', shift: '⇧' };

/** @returns ends it. */
export function startTooltips(page: Document): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const tip = page.createElement('div');
  tip.className = 'tooltip';
  tip.id = 'tooltip';
  tip.setAttribute('role', 'tooltip');
  tip.setAttribute('popover', 'manual');
  let owner: HTMLElement | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let endedAt = -Infinity;

  function show(target: HTMLElement): void {
    clearTimeout(timer);
    const text = target.dataset['tooltip'] ?? '';
    if (text === '' || !target.isConnected) return;
    if (owner !== null) hide();
    owner = target;
    tip.replaceChildren(text, ...keysOf(page, target));
    // What is outside of a modal dialog cannot be reached by the mouse.
    (target.closest('dialog') ?? page.body).append(tip);
    tip.showPopover?.();
    // What is its name is not said twice.
    if (target.getAttribute('aria-label') !== text && target.textContent !== text)
      target.setAttribute('aria-describedby', tip.id);
    place(tip, target);
  }

  function hide(): void {
    clearTimeout(timer);
    if (owner === null) return;
    if (owner.getAttribute('aria-describedby') === tip.id) owner.removeAttribute('aria-describedby');
    owner = null;
    endedAt = performance.now();
    tip.hidePopover?.();
    tip.remove();
  }

  function later(act: () => void, ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  }

  page.addEventListener(
    'pointerover',
    ({ target, pointerType }) => {
      if (pointerType === 'touch' || !(target instanceof Element)) return;
      if (tip.contains(target)) return clearTimeout(timer);
      const over = target.closest<HTMLElement>('[data-tooltip]');
      if (over === owner && over !== null) return clearTimeout(timer);
      if (over === null) return owner === null ? clearTimeout(timer) : later(hide, LEAVE_MS);
      const isSoon = owner !== null || performance.now() - endedAt < SOON_MS;
      later(() => show(over), isSoon ? LEAVE_MS : DELAY_MS);
    },
    { signal },
  );
  page.documentElement.addEventListener('pointerleave', hide, { signal });
  page.addEventListener(
    'focusin',
    ({ target }) => {
      const at = target instanceof Element ? target.closest<HTMLElement>('[data-tooltip]') : null;
      if (at !== null && at.matches(':focus-visible')) show(at);
      else hide();
    },
    { signal },
  );
  page.addEventListener('focusout', hide, { signal });
  page.addEventListener('pointerdown', hide, { signal, capture: true });
  page.addEventListener('scroll', hide, { signal, capture: true });
  page.addEventListener('keydown', (event) => event.key === 'Escape' && !isComposing(event) && hide(), {
    signal,
    capture: true,
  });
  return () => {
    hide();
    listening.abort();
  };
}

function keysOf(page: Document, target: HTMLElement): readonly HTMLElement[] {
  const named = target.getAttribute('aria-keyshortcuts');
  const shortcut = SHORTCUTS.find(({ id }) => named !== null && ariaKeyShortcuts(id) === named);
  if (shortcut === undefined) return [];
  const keys = page.createElement('span');
  keys.className = 'tooltip-keys';
  for (const name of keyNames(shortcut.keys[0])) {
    const key = page.createElement('kbd');
    key.textContent = typeof name === 'string' ? wordOf(name) : name.key;
    keys.append(key);
  }
  return [keys];
}

function wordOf(name: 'command' | 'option' | 'control' | 'alt' | 'shift' | 'escape'): string {
  return (platform() === 'apple' ? SYMBOLS[name] : undefined) ?? i18next.t(`layout:keys.${name}`);
}

/** Below, or above where there is no room; within the window. */
function place(tip: HTMLElement, target: HTMLElement): void {
  const { left, top, bottom, width } = target.getBoundingClientRect();
  const { offsetWidth, offsetHeight } = tip;
  const below = bottom + GAP_PX;
  const isAbove = below + offsetHeight + EDGE_PX > innerHeight;
  const x = Math.min(Math.max(left + width / 2 - offsetWidth / 2, EDGE_PX), innerWidth - offsetWidth - EDGE_PX);
  tip.style.left = `${Math.max(x, EDGE_PX)}px`;
  tip.style.top = `${isAbove ? Math.max(top - GAP_PX - offsetHeight, EDGE_PX) : below}px`;
}
