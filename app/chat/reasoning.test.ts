import { describe, expect, test } from 'vitest';
import { splitReasoning } from './reasoning.ts';

describe('splitReasoning', () => {
  test('leaves plain answers alone', () => {
    expect(splitReasoning('2 < 3', false)).toEqual({ reasoning: null, isReasoning: false, answer: '2 < 3' });
  });

  test('holds back a tag that has arrived in part, while more may follow', () => {
    expect(splitReasoning('<thi', true).answer).toBe('');
    expect(splitReasoning('<thi', false).answer).toBe('<thi');
    expect(splitReasoning('<think>Hm</thi', true).reasoning).toBe('Hm');
  });

  test('splits at the closing tag', () => {
    const parts = { reasoning: 'Hm.', isReasoning: false, answer: 'Yes.' };
    expect(splitReasoning('<think>\nHm.\n</think>\n\nYes.', true)).toEqual(parts);
    expect(splitReasoning('Hm.</think>Yes.', true)).toEqual(parts); // the template opened it
  });

  test('an answer cut off in its reasoning is reasoning only', () => {
    expect(splitReasoning('<think>Hm', false)).toEqual({ reasoning: 'Hm', isReasoning: false, answer: '' });
    expect(splitReasoning('<think>Hm', true).isReasoning).toBe(true);
  });

  test('an empty block is no reasoning', () => {
    expect(splitReasoning('<think>\n\n</think>\n\nYes.', false).reasoning).toBeNull();
  });
});
