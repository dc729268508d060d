import { describe, expect, test } from 'vitest';
import { answer } from '../../testing/messages.ts';
import { parseMessage } from './message-record.ts';
import { splitTextMarks } from './text-marks.ts';

describe('answers that were kept as one text', () => {
  test.each([
    ['<think>\nHm.\n</think>\n\nYes.', 'Hm.', 'Yes.'],
    ['  <think>Hm.</think>Yes.', 'Hm.', 'Yes.'],
    ['<think>Hm', 'Hm', ''],
    ['<think>\n\n</think>\n\nYes.', null, 'Yes.'],
    [
      '<think>`</think>` is a word.\n```\n</think>\n```\nSo.</think>Yes.',
      '`</think>` is a word.\n```\n</think>\n```\nSo.',
      'Yes.',
    ],
    // The template had opened the block.
    ['Hm.\n</think>\n\nYes.', 'Hm.', 'Yes.'],
    ['Hm.</think>Yes.', 'Hm.', 'Yes.'],
    // It is spoken of.
    ['They start with `<think>` and end with `</think>`. So.\n\nMore.', null, undefined],
    ['They end with </think> always.', null, undefined],
    ['Strip it so:\n\n```python\ntext = text.split("</think>")[-1]\n```\n\nThat is all.', null, undefined],
    ['2 < 3', null, undefined],
    ['', null, undefined],
  ])('%j', (text, reasoning, content = text) => {
    expect(splitTextMarks(text)).toEqual({ reasoning, content });
  });

  test('a line of backticks takes no time', () => {
    const ticks = '`'.repeat(1_000_000);
    expect(splitTextMarks(`${ticks}</think>Yes.`)).toEqual({ reasoning: ticks, content: 'Yes.' });
  });

  test('only records that have no part for reasoning are read so', () => {
    const {
      reasoning: _,
      toolCalls: _calls,
      tokens: _tokens,
      ...older
    } = answer('a', null, 1, '<think>Hm.</think>Yes.');
    const places: string[] = [];
    const report = (place: string): void => void places.push(place);
    expect(parseMessage('a', older, report)).toEqual({ ...answer('a', null, 1, 'Yes.'), reasoning: 'Hm.' });
    const newer = answer('a', null, 1, '<think>Hm.</think>Yes.');
    expect(parseMessage('a', newer, report)).toEqual(newer);
    const whole = { ...newer, reasoning: 'Hm.', tokens: [1, 2], toolCalls: [{ name: 'f', arguments: '{}' }] };
    expect(parseMessage('a', whole, report)).toEqual(whole);
    expect(places).toEqual([]);
    const wrong = { ...newer, reasoning: 5, tokens: [1.5], toolCalls: [{ name: 'f' }, whole.toolCalls[0]] };
    expect(parseMessage('a', wrong, report)).toEqual({ ...newer, toolCalls: whole.toolCalls });
    expect(places).toEqual(['reasoning', 'toolCalls.0', 'tokens']);
  });
});
