/**
 * The keyboard shortcuts: what listens for them and the sheet that lists them both read this table.
 *
 * The keys are chosen so that no browser keeps them to itself (as it does Ctrl+N, T and W) and no screen reader uses them
 * (VoiceOver has Ctrl+Option, NVDA and JAWS have Insert or Caps Lock). Single characters can be switched off (WCAG 2.1.4).
 */

export type ShortcutId =
  | 'newChat'
  | 'focusComposer'
  | 'search'
  | 'toggleSidebar'
  | 'nextConversation'
  | 'previousConversation'
  | 'stop'
  | 'copyAnswer'
  | 'regenerate'
  | 'previousBranch'
  | 'nextBranch'
  | 'models'
  | 'settings'
  | 'shortcuts';

/** `mod` is Command on Apple's keyboards and Ctrl on others; `character` needs no modifier and is typed with whatever does. */
export interface KeyCombination {
  readonly held: 'mod' | 'mod+shift' | 'alt+shift' | 'character' | 'none';
  /** As in `KeyboardEvent.key`, letters in lower case. */
  readonly key: string;
}

export interface Shortcut {
  readonly id: ShortcutId;
  readonly group: 'conversations' | 'answer' | 'page';
  readonly keys: readonly [KeyCombination, ...KeyCombination[]];
}

export const SHORTCUT_GROUPS = ['conversations', 'answer', 'page'] as const satisfies readonly Shortcut['group'][];

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'newChat', group: 'conversations', keys: [{ held: 'mod+shift', key: 'o' }] },
  { id: 'search', group: 'conversations', keys: [{ held: 'mod', key: 'k' }] },
  { id: 'nextConversation', group: 'conversations', keys: [{ held: 'alt+shift', key: 'j' }] },
  { id: 'previousConversation', group: 'conversations', keys: [{ held: 'alt+shift', key: 'k' }] },
  {
    id: 'focusComposer',
    group: 'answer',
    keys: [
      { held: 'character', key: '/' },
      { held: 'alt+shift', key: 'w' },
    ],
  },
  { id: 'stop', group: 'answer', keys: [{ held: 'none', key: 'Escape' }] },
  { id: 'copyAnswer', group: 'answer', keys: [{ held: 'alt+shift', key: 'c' }] },
  { id: 'regenerate', group: 'answer', keys: [{ held: 'alt+shift', key: 'r' }] },
  { id: 'previousBranch', group: 'answer', keys: [{ held: 'alt+shift', key: ',' }] },
  { id: 'nextBranch', group: 'answer', keys: [{ held: 'alt+shift', key: '.' }] },
  { id: 'toggleSidebar', group: 'page', keys: [{ held: 'mod', key: 'b' }] },
  { id: 'models', group: 'page', keys: [{ held: 'alt+shift', key: 'm' }] },
  { id: 'settings', group: 'page', keys: [{ held: 'mod', key: ',' }] },
  {
    id: 'shortcuts',
    group: 'page',
    keys: [
      { held: 'character', key: '?' },
      { held: 'mod', key: '/' },
    ],
  },
];

export type Platform = 'apple' | 'other';

export function platform(): Platform {
  return /Mac|iPhone|iPad/.test(navigator.platform) ? 'apple' : 'other';
}

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** The keys of US keyboards that are neither letters nor digits, by their `KeyboardEvent.code`. */
const CODES: Readonly<Record<string, string>> = { ',': 'Comma', '.': 'Period', '/': 'Slash' };

/** With Alt or Option the key may give another character, such as `µ`: then the place on the keyboard decides. */
function isKey(press: KeyPress, key: string): boolean {
  if (press.key.toLowerCase() === key.toLowerCase()) return true;
  return press.altKey && press.code === (CODES[key] ?? `Key${key.toUpperCase()}`);
}

function holds(press: KeyPress, held: KeyCombination['held'], on: Platform): boolean {
  const mod = on === 'apple' ? press.metaKey : press.ctrlKey;
  const otherMod = on === 'apple' ? press.ctrlKey : press.metaKey;
  if (otherMod) return false;
  switch (held) {
    case 'mod':
      return mod && !press.altKey && !press.shiftKey;
    case 'mod+shift':
      return mod && !press.altKey && press.shiftKey;
    case 'alt+shift':
      return !mod && press.altKey && press.shiftKey;
    case 'character': // `?` needs Shift on some keyboards, and AltGr on none that we know of
      return !mod && !press.altKey;
    case 'none':
      return !mod && !press.altKey && !press.shiftKey;
    default:
      return held satisfies never;
  }
}

/** What a key press asks for, and by which combination; null if nothing. */
export function findShortcut(
  press: KeyPress,
  on: Platform = platform(),
): { readonly id: ShortcutId; readonly keys: KeyCombination } | null {
  for (const { id, keys } of SHORTCUTS) {
    const pressed = keys.find((combination) => holds(press, combination.held, on) && isKey(press, combination.key));
    if (pressed !== undefined) return { id, keys: pressed };
  }
  return null;
}

/** Names of keys that a label is made of; `key` is what the key itself shows. */
export type KeyName = 'command' | 'option' | 'control' | 'alt' | 'shift' | 'escape' | { readonly key: string };

/** The keys of a combination in the order in which the platform names them. */
export function keyNames({ held, key }: KeyCombination, on: Platform = platform()): readonly KeyName[] {
  const mod = on === 'apple' ? 'command' : 'control';
  const alt = on === 'apple' ? 'option' : 'alt';
  const last: KeyName = key === 'Escape' ? 'escape' : { key: key.toUpperCase() };
  switch (held) {
    case 'mod':
      return [mod, last];
    case 'mod+shift':
      return on === 'apple' ? ['shift', mod, last] : [mod, 'shift', last];
    case 'alt+shift':
      return [alt, 'shift', last];
    case 'character':
    case 'none':
      return [last];
    default:
      return held satisfies never;
  }
}

const ARIA_NAMES = { command: 'Meta', option: 'Alt', control: 'Control', alt: 'Alt', shift: 'Shift', escape: 'Escape' };

/** For `aria-keyshortcuts` of the control that does the same. */
export function ariaKeyShortcuts(id: ShortcutId): string | undefined {
  const shortcut = SHORTCUTS.find((one) => one.id === id);
  return shortcut?.keys
    .map((keys) => keyNames(keys).map((name) => (typeof name === 'string' ? ARIA_NAMES[name] : name.key)))
    .map((names) => names.join('+'))
    .join(' ');
}
