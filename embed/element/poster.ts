/** The picture of a chat that stands in a host's page until somebody starts it: nothing is loaded for it. */
import { COLUMNS, ROUTE, ROWS } from '../../app/icons/mark-geometry.ts';
import { isDarkColor } from '../color.ts';
import type { EmbedOptions } from '../protocol.ts';
import type { words } from './words.ts';

interface BundledModel {
  readonly name: string;
  readonly bytes: number;
  readonly suggestions: readonly string[];
}

/** Written by `vite.config.ts`; null where no model is bundled. */
declare const __BUNDLED_MODEL__: BundledModel | null;
const BUNDLED = __BUNDLED_MODEL__;

/** @param onStart what to ask first, if anything */
export function poster(
  options: EmbedOptions,
  sizeText: string | null,
  t: ReturnType<typeof words>,
  language: string,
  onStart: (question: string | undefined) => void,
): HTMLElement {
  const { prompt } = options;
  const suggestions = options.suggestions ?? (options.model === undefined ? (BUNDLED?.suggestions ?? []) : []);
  const isReplay = options.replay !== undefined;
  const name = nameOf(options, t);
  const size = sizeText ?? (options.model === undefined ? sizeOf(BUNDLED?.bytes, language) : null);
  const facts = isReplay ? t('replay') : t(size === null ? 'modelUnsized' : 'model', { name, size: size ?? '' });
  const start = button('start', t(startWord(isReplay, prompt)), () => onStart(prompt));
  const isDark = isDarkColor(options.style?.accent ?? '');
  if (isDark !== null) start.style.color = isDark ? '#fff' : '#000';
  const talk = element('div', 'talk');
  if (prompt !== undefined && !isReplay) talk.append(element('p', 'bubble', prompt));
  if (prompt === undefined && !isReplay)
    for (const text of suggestions) talk.append(button('', text, () => onStart(text)));
  const head = element('div', 'head');
  head.append(mark(), element('span', '', isReplay ? t('replayName') : name));
  const box = element('div', 'poster');
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', t('label', { name }));
  box.setAttribute('part', 'poster');
  box.append(head, talk, start, element('p', 'note', facts), element('p', 'note', isReplay ? '' : t('note')));
  return box;
}

function startWord(isReplay: boolean, prompt: string | undefined): string {
  if (isReplay) return 'play';
  return prompt === undefined ? 'start' : 'ask';
}

/** A model is called as its file or its repository is. */
export function nameOf({ model, replay }: EmbedOptions, t: ReturnType<typeof words>): string {
  if (replay !== undefined) return t('replayName');
  if (model === undefined) return BUNDLED?.name ?? 'Mixtab';
  const path = model.replace(/[?#].*$/, '').replace(/^hf:/i, '');
  const last = path.split('/').at(-1) ?? path;
  try {
    return decodeURIComponent(last.replace(/\.gguf$/i, '')).slice(0, 80);
  } catch {
    return last.slice(0, 80);
  }
}

/** As `bytes()` of the page writes it. */
function sizeOf(bytes: number | undefined, language: string): string | null {
  if (bytes === undefined) return null;
  const [unit, per] = bytes < 1e9 ? (['megabyte', 1e6] as const) : (['gigabyte', 1e9] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(bytes / per);
}

function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  if (text === '' && name === 'p') made.hidden = true;
  if (text !== '') made.dir = 'auto';
  return made;
}

function button(className: string, text: string, onClick: () => void): HTMLElement {
  const made = element('button', className, text);
  made.setAttribute('type', 'button');
  made.addEventListener('click', onClick);
  return made;
}

function mark(): SVGElement {
  const svg = svgElement('svg', { viewBox: '0 0 32 32', 'aria-hidden': 'true' });
  COLUMNS.forEach((x, column) => {
    for (const y of ROWS) {
      const isLit = y === ROUTE[column];
      svg.append(svgElement('circle', { cx: `${x}`, cy: `${y}`, r: isLit ? '2.4' : '1.5', class: isLit ? 'lit' : '' }));
    }
  });
  svg.append(svgElement('polyline', { points: COLUMNS.map((x, column) => `${x},${ROUTE[column]}`).join(' ') }));
  return svg;
}

function svgElement(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
