/** Where two answers part: their words, their tokens, and the experts that wrote what they have in common. */
import type { PastAnswer } from '../state/chat-state.ts';
import type { RoutingRecord } from './routing-record.ts';

export interface Parting {
  /** Whether they part in what they thought, or in what they said after it. */
  readonly within: 'reasoning' | 'answer';
  /** Only this one reasoned, so that the reasoning cannot be compared. */
  readonly onlyReasoned: 'a' | 'b' | null;
  /** What both begin with. */
  readonly common: string;
  /** How each goes on; empty where it ends. */
  readonly restA: string;
  readonly restB: string;
  /** Index of the first token that differs; null where that is not known of both. */
  readonly token: number | null;
}

type Texts = Pick<PastAnswer, 'content' | 'reasoning' | 'routing'>;

export function whereTheyPart(a: Texts, b: Texts): Parting {
  const bothReasoned = a.reasoning !== null && b.reasoning !== null;
  const inReasoning = bothReasoned && a.reasoning !== b.reasoning;
  const [textA, textB] = inReasoning ? [a.reasoning, b.reasoning] : [a.content, b.content];
  const length = commonLength(textA ?? '', textB ?? '');
  return {
    within: inReasoning ? 'reasoning' : 'answer',
    onlyReasoned: bothReasoned || a.reasoning === b.reasoning ? null : a.reasoning === null ? 'b' : 'a',
    common: (textA ?? '').slice(0, length),
    restA: (textA ?? '').slice(length),
    restB: (textB ?? '').slice(length),
    token: a.routing === null || b.routing === null ? null : firstDifferent(a.routing, b.routing),
  };
}

/** Whether they are the same to the end. */
export function isSame({ restA, restB }: Parting): boolean {
  return restA === '' && restB === '';
}

/** UTF-16 units that both begin with; no character as people see it is cut. */
function commonLength(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let length = 0;
  while (length < shorter && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return Math.min(characterStart(a, length), characterStart(b, length));
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Longer than any character that people write. */
const NEAR = 64;

function characterStart(text: string, at: number): number {
  if (at === 0 || at >= text.length) return Math.min(at, text.length);
  const from = Math.max(0, at - NEAR);
  return from + (segmenter.segment(text.slice(from, at + NEAR)).containing(at - from)?.index ?? at - from);
}

/** Null where their tokens are the same to the end of the shorter. */
function firstDifferent(a: RoutingRecord, b: RoutingRecord): number | null {
  const shorter = Math.min(a.count, b.count);
  for (let token = 0; token < shorter; token++) if (a.texts[token] !== b.texts[token]) return token;
  return a.count === b.count ? null : shorter;
}

export interface ExpertParting {
  /** Tokens at the beginning that both wrote, the first that differs among them: the same words were read for it. */
  readonly tokens: number;
  /** Of the choices of those tokens, 0 to 1. */
  readonly agree: number;
  /** Where the first different experts were chosen, and which; null: nowhere. */
  readonly first: {
    readonly token: number;
    readonly layer: number;
    readonly a: readonly number[];
    readonly b: readonly number[];
  } | null;
}

/** Of two records of one shape. Which expert came first is no difference: not every server tells. */
export function whereExpertsPart(a: RoutingRecord, b: RoutingRecord): ExpertParting {
  const different = firstDifferent(a, b);
  const tokens = Math.min(a.count, b.count, different === null ? Infinity : different + 1);
  const { used, layers } = a;
  let agreeing = 0;
  let first: ExpertParting['first'] = null;
  for (let token = 0; token < tokens; token++) {
    for (let row = 0; row < layers.length; row++) {
      const at = (token * layers.length + row) * used;
      const ofA = a.chosen.subarray(at, at + used);
      const ofB = b.chosen.subarray(at, at + used);
      const shared = ofA.filter((expert) => ofB.includes(expert)).length;
      agreeing += shared;
      if (shared < used) first ??= { token, layer: layers[row] ?? 0, a: sorted(ofA), b: sorted(ofB) };
    }
  }
  const choices = tokens * layers.length * used;
  return { tokens, agree: choices === 0 ? 1 : agreeing / choices, first };
}

function sorted(experts: Uint16Array): number[] {
  return [...experts].sort((a, b) => a - b);
}

/** A record that tells ids alone does not know how many experts there are: it takes the number of the other. */
export function alignRecords(a: RoutingRecord, b: RoutingRecord): readonly [RoutingRecord, RoutingRecord] {
  const experts = Math.max(a.experts, b.experts);
  const aligned = (record: RoutingRecord): RoutingRecord =>
    record.isIdsOnly === true && record.experts < experts ? { ...record, experts } : record;
  return a.used === b.used && a.layers.join() === b.layers.join() ? [aligned(a), aligned(b)] : [a, b];
}
