/** What the bundled model's experts prefer, from 2,000 prompts: computed once by `training/expert-sample.ts`, shipped, read late. */
import * as v from 'valibot';
import type { ExpertSample, WordCount } from './favourites.ts';

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Words and their counts are told once, experts by places among them. */
const Sample = v.object({
  /** Of the model's file, lower-case hex. */
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  prompts: Whole,
  /** Tokens that are of words, and how many different words were frequent enough to be looked at. */
  tokens: Whole,
  looked: Whole,
  layers: v.array(Whole),
  experts: Whole,
  words: v.array(v.string()),
  of: v.array(Whole),
  /** Row-major [layers, experts]: tokens that chose it, then place and count of each word that it prefers, in turn. */
  preferred: v.array(v.array(Whole)),
});

export type ShippedSample = v.InferOutput<typeof Sample>;

/** @returns null where it is of another file than the one that the page ships, or damaged: then nothing is shown. */
export function sampleFor(value: unknown, sha256: string | undefined): ShippedSample | null {
  const parsed = v.safeParse(Sample, value, { abortEarly: true });
  if (!parsed.success || parsed.output.sha256 !== sha256) return null;
  const { layers, experts, preferred, words, of } = parsed.output;
  return preferred.length === layers.length * experts && words.length === of.length ? parsed.output : null;
}

/** Of one expert: only the words that it prefers are named, so all of them are favourites. */
export function shippedOf(sample: ShippedSample, row: number, expert: number): ExpertSample {
  const [chosen = 0, ...pairs] = sample.preferred[row * sample.experts + expert] ?? [];
  const words: WordCount[] = [];
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const place = pairs[at] ?? 0;
    words.push({ word: sample.words[place] ?? '', of: sample.of[place] ?? 0, chosen: pairs[at + 1] ?? 0 });
  }
  return { tokens: sample.tokens, chosen, words, looked: sample.looked };
}
