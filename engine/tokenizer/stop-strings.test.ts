import { describe, expect, test } from 'vitest';
import { StopMatcher } from './stop-strings.ts';

/** Texts shown piece by piece, and the stop string that ended them. */
function run(stops: readonly string[], pieces: readonly string[]): { shown: string[]; stopped: string | undefined } {
  const matcher = new StopMatcher(stops);
  const shown: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece);
    shown.push(text);
    if (stopped !== undefined) return { shown, stopped };
  }
  shown.push(matcher.flush());
  return { shown, stopped: undefined };
}

describe('StopMatcher', () => {
  test('without stop strings everything passes', () => {
    expect(run([], ['a', 'b'])).toEqual({ shown: ['a', 'b', ''], stopped: undefined });
    expect(run([''], ['a'])).toEqual({ shown: ['a', ''], stopped: undefined });
  });

  test('a stop string over several pieces is held back and left out', () => {
    expect(run(['STOP'], ['go S', 'TO', 'P it'])).toEqual({ shown: ['go ', '', ''], stopped: 'STOP' });
  });

  test('what only began like one is shown as soon as it is none', () => {
    expect(run(['STOP'], ['ST', 'OX', 'y'])).toEqual({ shown: ['', 'STOX', 'y', ''], stopped: undefined });
    expect(run(['STOP'], ['STSTO'])).toEqual({ shown: ['ST', 'STO'], stopped: undefined });
    expect(run(['aab'], ['aa', 'a', 'b'])).toEqual({ shown: ['', 'a', ''], stopped: 'aab' });
  });

  test('in the middle of a piece', () => {
    expect(run(['\nUser:'], ['Yes.\nUser: and'])).toEqual({ shown: ['Yes.'], stopped: '\nUser:' });
  });

  test('of several the first that is complete; of those complete at once the longest', () => {
    expect(run(['bcd', 'c'], ['abcd'])).toEqual({ shown: ['ab'], stopped: 'c' });
    expect(run(['c', 'abc'], ['xabc'])).toEqual({ shown: ['x'], stopped: 'abc' });
  });

  test('however a text is cut, the same is shown', () => {
    const text = 'aXaXYaXYZb';
    for (let cut = 1; cut < text.length; cut++) {
      const { shown, stopped } = run(['XYZ', 'XXX'], [text.slice(0, cut), text.slice(cut)]);
      expect(shown.join('')).toBe('aXaXYa');
      expect(stopped).toBe('XYZ');
    }
  });
});
