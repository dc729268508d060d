import { describe, expect, test } from 'vitest';
import { FADE_TOKENS, fixedScale, glow, type GlowingRecord, Playhead } from './glow.ts';

/** Two layers, four experts, two used: token k chooses k % 4 and (k + 1) % 4, three to one. */
function recordOf(count: number): GlowingRecord {
  const chosen = new Uint16Array(count * 4);
  const weights = new Float32Array(count * 4);
  for (let at = 0; at < count * 2; at++) {
    const token = Math.floor(at / 2);
    chosen.set([token % 4, (token + 1) % 4], at * 2);
    weights.set([1.5, 0.5], at * 2); // of whatever scale a model has
  }
  return { layers: [1, 2], experts: 4, used: 2, count, chosen, weights };
}

function glowAt(count: number, position: number, places?: Uint32Array): number[] {
  const values = new Float32Array(8).fill(9);
  glow(values, recordOf(count), position, places);
  return [...values];
}

describe('glow', () => {
  test('a token lights up layer by layer', () => {
    expect(glowAt(1, 0)).toEqual([0.75, 0.25, 0, 0, 0, 0, 0, 0]);
    expect(glowAt(1, 0.49)).toEqual([0.75, 0.25, 0, 0, 0, 0, 0, 0]);
    expect(glowAt(1, 0.5)).toEqual([0.75, 0.25, 0, 0, 0.75, 0.25, 0, 0]);
  });

  test('it fades over the next ten tokens, and is dark then', () => {
    const [, first = 0] = glowAt(1, 1);
    expect(first).toBeCloseTo(0.25);
    let before = 1;
    for (let age = 1; age <= FADE_TOKENS; age++) {
      const [bright = 1] = glowAt(1, age);
      expect(bright).toBeLessThan(before);
      expect(bright).toBeGreaterThan(0);
      before = bright;
    }
    expect(glowAt(1, 1 + FADE_TOKENS)[0]).toBe(0);
    expect(glowAt(1, 2 + FADE_TOKENS)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test('an expert that fires again is as bright as at first, and tokens to come are dark', () => {
    const again = glowAt(5, 4);
    expect(again[0]).toBeCloseTo(0.75); // token 4 chose it, as token 0 did
    expect(glowAt(5, 0)).toEqual([0.75, 0.25, 0, 0, 0, 0, 0, 0]);
  });

  test('cells stand where the map has them', () => {
    const places = Uint32Array.from([7, 6, 5, 4, 3, 2, 1, 0]);
    expect(glowAt(1, 0, places)).toEqual([0, 0, 0, 0, 0, 0, 0.25, 0.75]);
  });

  test('the scale depends on the model alone, and is never beyond a whole share', () => {
    expect(fixedScale(1)).toBe(1);
    expect(fixedScale(4)).toBe(0.5);
    expect(fixedScale(8)).toBe(0.25);
  });
});

describe('Playhead', () => {
  test('follows without overtaking, rests at the end, and skips nothing for good', () => {
    const playhead = new Playhead(0);
    let last = 0;
    for (let i = 0; i < 200; i++) {
      playhead.advance(16, 30);
      expect(playhead.position).toBeGreaterThanOrEqual(last);
      expect(playhead.position).toBeLessThanOrEqual(30);
      last = playhead.position;
    }
    expect(last).toBe(30);
    expect(playhead.advance(16, 30)).toBe(false);
    expect(playhead.advance(16, 31)).toBe(true);
  });

  test('a tab that slept for long is there at once, and a shorter answer is begun at its end', () => {
    const playhead = new Playhead(3);
    playhead.advance(60_000, 500);
    expect(playhead.position).toBe(500);
    expect(playhead.advance(16, 7)).toBe(true);
    expect(playhead.position).toBe(7);
  });
});
