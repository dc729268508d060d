import { describe, expect, test } from 'vitest';
import type { RoutingTrace } from '../../../engine/api.ts';
import type { RoutingRecord } from '../routing-record.ts';
import { hasBias, layerScores, rereadOf } from './reread.ts';

const LAYERS = [1, 4];
const [EXPERTS, USED] = [16, 2];

/** Of pass n, layer row r: experts that depend on both. */
function expertsOf(pass: number): number[] {
  return LAYERS.flatMap((_, row) => [(pass * 3 + row) % EXPERTS, (pass * 3 + row + 1) % EXPERTS]);
}

function traceOf(pass: number): RoutingTrace {
  return {
    experts: Uint16Array.from(expertsOf(pass)),
    weights: Float32Array.from([0.6, 0.4, 0.7, 0.3]),
    scores: {
      gate: Float32Array.from([0.5, 0.2, 0.3, 0.6, 0.4, 0.1]),
      choice: Float32Array.from([0.5, 0.35, 0.3, 0.6, 0.4, -1e30]),
      next: Uint16Array.from([9, 10]),
    },
  };
}

const encoder = new TextEncoder();
const bytesOf = (texts: readonly string[]): Uint8Array<ArrayBuffer>[] => texts.map((text) => encoder.encode(text));

/** An answer that passes from `first` on wrote. */
function answerOf(first: number, texts: readonly string[]): RoutingRecord {
  return {
    ...{ layers: LAYERS, experts: EXPERTS, used: USED, texts, count: texts.length },
    chosen: Uint16Array.from(texts.flatMap((_, token) => expertsOf(first + token))),
    weights: new Float32Array(texts.length * LAYERS.length * USED).fill(0.5),
  };
}

function promptOf(texts: readonly string[]): Parameters<typeof rereadOf>[0] {
  return {
    type: 'prompt',
    tokens: texts.map((_, id) => id),
    bytes: bytesOf(texts),
    routing: texts.slice(0, -1).map((_, pass) => traceOf(pass)),
  };
}

describe('rereadOf', () => {
  test('the prompt’s tokens with the passes that read them, the answer’s with those that wrote them', () => {
    // Passes 0 to 3 read the question; pass 3 wrote "Yes", 4 " it", 5 " is"; the end of the turn is no part of the prompt.
    const reread = rereadOf(
      promptOf(['<', 'Is', ' it', '>', 'Yes', ' it', ' is']),
      answerOf(3, ['Yes', ' it', ' is', '']),
    );
    expect(reread?.promptTokens).toBe(4);
    expect(reread?.record.texts).toEqual(['<', 'Is', ' it', '>', 'Yes', ' it', ' is']);
    expect(reread?.record.count).toBe(7);
    expect([...(reread?.record.chosen.slice(3 * 4, 5 * 4) ?? [])]).toEqual([...expertsOf(3), ...expertsOf(3)]);
    expect([...(reread?.record.chosen.slice(6 * 4) ?? [])]).toEqual(expertsOf(5));
    expect(reread?.scores).toHaveLength(7);
  });

  test('a character of several tokens stands with its last', () => {
    const [first, second] = [Uint8Array.of(0xc3), Uint8Array.of(0xa9)];
    const prompt = { ...promptOf(['a', 'b', 'c', 'd']), bytes: [first, second, ...bytesOf(['c', 'd'])] };
    expect(rereadOf(prompt, answerOf(1, ['c', 'd']))?.record.texts).toEqual(['', 'é', 'c', 'd']);
  });

  test('what was not written with these experts is not taken for the answer', () => {
    expect(rereadOf(promptOf(['a', 'b', 'c', 'd', 'e']), answerOf(40, ['c', 'd', 'e']))).toBeNull();
    const { routing: _, ...untraced } = promptOf(['a', 'b']);
    expect(rereadOf(untraced, answerOf(0, ['b']))).toBeNull();
    const otherShape = { ...answerOf(1, ['c', 'd']), used: 1, chosen: new Uint16Array(4) };
    expect(rereadOf(promptOf(['a', 'b', 'c', 'd']), otherShape)).toBeNull();
  });
});

test('margins to the runner-up, with the bias and before it', () => {
  const scores = traceOf(3).scores;
  if (scores === undefined) throw new Error('no scores');
  const [first, second] = layerScores(answerOf(3, ['Yes']), 0, scores);
  expect(first?.layer).toBe(1);
  expect(first?.chosen.map(({ expert }) => expert)).toEqual([9, 10]);
  expect(first?.next?.expert).toBe(9);
  expect(first?.margin).toBeCloseTo(0.05);
  // The gate alone would have taken the other.
  expect(first?.gateMargin).toBeCloseTo(-0.1);
  expect(hasBias(first === undefined ? [] : [first])).toBe(true);
  // What was muted was no rival.
  expect(second?.next).toBeNull();
  expect(second?.margin).toBeNull();
  expect(hasBias(second === undefined ? [] : [second])).toBe(false);
});
