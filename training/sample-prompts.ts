/** Prompts of all that the bundled model is asked, in fixed shares: held-out sets and the wordings that its training set is made of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const SEED = 13;

const CONCEPTS = ['a cat', 'a lonely dragon', 'the sea', 'a brave mouse', 'autumn', 'rain', 'a king', 'the moon', 'a little boat', 'winter', 'a princess', 'a robot', 'the stars', 'a fox', 'a garden', 'a girl named Mia', 'an old tree', 'a whale'];
const ELEMENTS = ['hydrogen', 'helium', 'carbon', 'oxygen', 'iron', 'gold', 'silver', 'neon', 'copper', 'zinc', 'lead', 'tin', 'sodium', 'chlorine', 'uranium', 'radium', 'iodine', 'nickel', 'sulfur', 'calcium', 'potassium', 'argon', 'mercury', 'platinum'];
const COUNTRIES = ['FR', 'DE', 'IT', 'ES', 'PT', 'GR', 'SE', 'NO', 'FI', 'DK', 'PL', 'AT', 'CH', 'IE', 'JP', 'CN', 'IN', 'ID', 'TH', 'VN', 'KR', 'EG', 'MA', 'KE', 'NG', 'GH', 'ZA', 'ET', 'PE', 'CL', 'AR', 'BR', 'BO', 'CO', 'EC', 'MX', 'CA', 'CU', 'AU', 'NZ', 'FJ', 'IS', 'HU', 'RO', 'BG', 'UA', 'TR', 'IR', 'IQ', 'SA'];
const OPPOSITES = ['hot', 'big', 'up', 'day', 'fast', 'old', 'light', 'happy', 'rich', 'open', 'wet', 'full', 'early', 'strong', 'easy', 'loud', 'near', 'clean', 'deep', 'sharp', 'win', 'love', 'begin', 'push', 'give'];
const KINDS = ['an animal', 'a plant', 'a vehicle', 'a tool', 'a person', 'a food', 'a bird', 'a building'];

type Random = () => number;

/** Shares of the prompts, in hundredths: some more than a hundred, as small sets run dry. */
const SHARES: readonly (readonly [number, (random: Random) => () => string])[] = [
  [22, (random) => wordings(random, ['definitions_n', 'unknown_words'], () => article(one(random, definitions('n'))))],
  [7, (random) => wordings(random, ['definitions_v'], () => one(random, definitions('v')).replace(/^to /, ''))],
  [5, (random) => wordings(random, ['definitions_a'], () => one(random, definitions('a')))],
  [16, (random) => wordings(random, ['capital', 'continent', 'currency', 'language', 'neighbours'], () => country(random))],
  [5, (random) => wordings(random, ['symbol', 'number'], () => one(random, ELEMENTS))],
  [11, (random) => wordings(random, ['sum'], () => sum(random))],
  [6, (random) => wordings(random, ['is_a'], () => article(one(random, definitions('n'))))],
  [4, (random) => wordings(random, ['opposites'], () => one(random, OPPOSITES))],
  [8, (random) => fromPatterns(random, ['smalltalk', 'about_mixtab'])],
  [6, (random) => fromPatterns(random, ['facts', 'space', 'safety'])],
  [8, (random) => story(random)],
  [8, (random) => inTurn(shuffled(random, [...free(), ...visitors()]))],
];

/** Always the same ones. */
export function samplePrompts(count: number): readonly string[] {
  const random = randomFrom(SEED);
  const prompts = SHARES.flatMap(([share, source]) => {
    const next = source(random);
    const different = new Set<string>();
    // Small sets run dry: then others are asked twice rather than for ever.
    for (let tries = 0; different.size < (share * count) / 100 && tries < 40 * count; tries++) different.add(next());
    return [...different];
  });
  return shuffled(random, prompts).slice(0, count);
}

/** Held-out wordings and those of development, with their slots filled. */
function wordings(random: Random, kinds: readonly string[], thing: () => string): () => string {
  const all = ['heldout', 'dev'].map((folder) => json(`${folder}/wordings.json`) as Record<string, string[]>);
  const frames = kinds.flatMap((kind) => all.flatMap((of) => of[kind] ?? []));
  return () => {
    const filled = thing();
    const bare = filled.replace(/^(?:an?|the) /, '');
    const slots: Record<string, string> = { a: filled, w: bare, n: filled, e: filled, k: one(random, KINDS) };
    return one(random, frames).replaceAll(/\{(\w)\}/g, (_, slot: string) => slots[slot] ?? bare);
  };
}

/** Patterns of texts of our own: `?` lines, `;;` between, `[a|b]` a choice, which may nest. */
function fromPatterns(random: Random, names: readonly string[]): () => string {
  const patterns = names
    .flatMap((name) => lines(`data/written/${name}.txt`))
    .filter((line) => line.startsWith('?'))
    .flatMap((line) => line.slice(1).split(';;'))
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '' && !/[{<]/.test(pattern));
  return () => expanded(random, one(random, patterns));
}

function expanded(random: Random, pattern: string): string {
  let text = pattern;
  for (let found = /\[([^[\]]*)\]/.exec(text); found !== null; found = /\[([^[\]]*)\]/.exec(text))
    text = text.slice(0, found.index) + one(random, (found[1] ?? '').split('|')) + text.slice(found.index + found[0].length);
  return text.replaceAll(/ {2,}/g, ' ').trim();
}

function story(random: Random): () => string {
  const frames = ['Tell me a [|short ]story about {h}.', 'Write a poem about {h}.', 'a haiku about {h}', 'I want a story about {h}.'];
  return () => expanded(random, one(random, frames)).replace('{h}', one(random, CONCEPTS));
}

function sum(random: Random): string {
  const digits = random() < 0.5 ? 20 : 400;
  const [a, b] = [Math.floor(random() * digits) + 2, Math.floor(random() * digits) + 2];
  const kind = Math.floor(random() * 3);
  if (kind === 0) return `${a} + ${b}`;
  if (kind === 1) return `${Math.max(a, b)} - ${Math.min(a, b)}`;
  return `${a % 90} * ${(b % 9) + 2}`;
}

function country(random: Random): string {
  return new Intl.DisplayNames('en', { type: 'region' }).of(one(random, COUNTRIES)) ?? 'France';
}

function article(word: string): string {
  return /^(?:an?|the) /.test(word) ? word : `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`;
}

/** Words of one part of speech. */
const definitions = (part: string): readonly string[] =>
  lines('data/written/definitions.tsv')
    .map((line) => line.split('\t'))
    .flatMap(([of, word]) => (of === part && word !== undefined ? [word] : []));

function free(): string[] {
  return (json('heldout/free.json') as { prompts: { prompt: string | string[] }[] }).prompts.map(({ prompt }) => [prompt].flat()[0] ?? '');
}

function visitors(): string[] {
  return (json('heldout/visitors.json') as { prompts: { prompt: string }[] }).prompts.map(({ prompt }) => prompt);
}

const read = new Map<string, unknown>();

function json(name: string): unknown {
  if (!read.has(name)) read.set(name, JSON.parse(readFileSync(join(HERE, name), 'utf8')) as unknown);
  return read.get(name);
}

function lines(name: string): readonly string[] {
  if (!read.has(name)) read.set(name, readFileSync(join(HERE, name), 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#')));
  return read.get(name) as string[];
}

function one<T>(random: Random, of: readonly T[]): T {
  const chosen = of[Math.floor(random() * of.length)];
  if (chosen === undefined) throw new Error('There is nothing to choose from.');
  return chosen;
}

function inTurn(of: readonly string[]): () => string {
  let at = 0;
  return () => of[at++ % of.length] ?? '';
}

function shuffled<T>(random: Random, of: readonly T[]): T[] {
  return of.map((value) => ({ value, key: random() })).sort((a, b) => a.key - b.key).map(({ value }) => value);
}

/** mulberry32: the same numbers everywhere. */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
