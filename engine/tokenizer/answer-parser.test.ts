import { describe, expect, test } from 'vitest';
import type { Channel } from '../api.ts';
import { type AnswerFormat, HARMONY_MARKS, type TaggedFormat } from './answer-format.ts';
import { answerParser, type BegunAnswer } from './answer-parser.ts';
import type { AnswerPart } from './answer-reading.ts';

const THINK = { channel: 'reasoning', open: '<think>', close: '</think>', ending: '\n</think>\n\n' } as const;
const TOOL = { channel: 'tool-call', open: '<tool_call>', close: '</tool_call>', ending: '\n</tool_call>' } as const;
const QWEN: TaggedFormat = { kind: 'tagged', blocks: [THINK, TOOL], controls: new Set() };
const CONTROLLED: TaggedFormat = { ...QWEN, controls: new Set(['<think>', '</think>', '<tool_call>', '</tool_call>']) };
const GEMMA: TaggedFormat = {
  kind: 'tagged',
  blocks: [
    { channel: 'reasoning', open: '<|channel>', close: '<channel|>', label: 'thought', ending: '<channel|>' },
    { channel: 'tool-call', open: '<|tool_call>', close: '<tool_call|>', ending: '<tool_call|>' },
  ],
  controls: new Set(),
};
const HARMONY: AnswerFormat = { kind: 'harmony', controls: new Set(HARMONY_MARKS) };

type Said = Partial<Record<Channel, string>>;

interface Situation {
  readonly promptEnd?: string;
  readonly begun?: BegunAnswer;
}

/** Reads a text cut into pieces of so many characters; control tokens are pieces of their own. */
function read(format: AnswerFormat, text: string, size: number, { promptEnd = '', begun }: Situation = {}): Said {
  const parser = answerParser(format, promptEnd, begun);
  const parts: AnswerPart[] = [];
  const controls = [...format.controls].sort((a, b) => b.length - a.length);
  const escaped = controls.map((mark) => mark.replaceAll(/[|[\]/]/g, '\\$&'));
  const pieces = controls.length === 0 ? [text] : text.split(new RegExp(`(${escaped.join('|')})`));
  for (const piece of pieces) {
    if (format.controls.has(piece)) parts.push(...parser.control(piece));
    else for (let at = 0; at < piece.length; at += size) parts.push(...parser.push(piece.slice(at, at + size)));
  }
  parts.push(...parser.flush());
  const said: Said = {};
  for (const part of parts) said[part.channel] = (said[part.channel] ?? '') + part.text;
  return said;
}

/** However its text is cut into tokens. */
function expectRead(format: AnswerFormat, text: string, said: Said, situation: Situation = {}): void {
  for (const size of [1, 2, 3, 5, 1000]) expect(read(format, text, size, situation), `pieces of ${size}`).toEqual(said);
}

describe('an answer in blocks', () => {
  test('reasoning, then the answer; white space between them is none of either', () => {
    expectRead(QWEN, '<think>\nHm, so.\n</think>\n\nFive.\n', { reasoning: 'Hm, so.', answer: 'Five.\n' });
    expectRead(QWEN, '\n<think>\n\n</think>\n\nFive.', { answer: 'Five.' });
    expectRead(QWEN, '  Five < six, </b>', { answer: '  Five < six, </b>' });
    expectRead(QWEN, '<think>Hm', { reasoning: 'Hm' });
    expectRead(QWEN, '', {});
  });

  test('a template may have opened the block', () => {
    const opened = { promptEnd: '<|im_start|>assistant\n<think>\n' };
    expectRead(QWEN, 'Hm.\n</think>\n\nFive.', { reasoning: 'Hm.', answer: 'Five.' }, opened);
    expectRead(QWEN, 'Hm, cut o', { reasoning: 'Hm, cut o' }, opened);
    expectRead(QWEN, '<think>\nHm.</think>Five.', { reasoning: 'Hm.', answer: 'Five.' }, opened);
    expectRead(QWEN, 'Five.', { answer: 'Five.' }, { promptEnd: 'assistant\n<think>\n\n</think>\n\n' });
    expectRead(QWEN, 'Five.', { answer: 'Five.' }, { promptEnd: 'What does <think> mean?\nassistant\n' });
  });

  test('half a mark at the end is text', () => {
    expectRead(QWEN, '<think>Hm</thin', { reasoning: 'Hm</thin' });
    expectRead(QWEN, '<thin', { answer: '<thin' });
    expectRead(QWEN, '<think>Hm\n\n', { reasoning: 'Hm\n\n' });
  });

  test('marks in prose and in code mean nothing', () => {
    const mentioned =
      'Reasoning models wrap their thoughts: they start with `<think>` and end with `</think>`. After that comes the answer.\n\nSecond paragraph.\n';
    expectRead(QWEN, mentioned, { answer: mentioned });
    const code = 'Strip it so:\n\n```python\ntext = text.split("</think>")[-1]\n```\n\nThat is all.\n';
    expectRead(QWEN, code, { answer: code });
    expectRead(QWEN, 'They end with </think> and begin with <think>.', {
      answer: 'They end with </think> and begin with <think>.',
    });
    expectRead(QWEN, '```\n<think>\n<tool_call>\n```', { answer: '```\n<think>\n<tool_call>\n```' });
    expectRead(QWEN, '`<think>` opens', { answer: '`<think>` opens' });
    expectRead(QWEN, 'A <tool_call> is a mark.', { answer: 'A <tool_call> is a mark.' });
  });

  test('nor in the code of a thought; a stray backtick is no code', () => {
    const thought = 'It ends with `</think>`, or ``a ` </think>``:\n\n```js\ns.split("</think>")\n</think>\n```\nSo.';
    expectRead(QWEN, `<think>${thought}\n</think>\n\nFive.`, { reasoning: thought, answer: 'Five.' });
    expectRead(QWEN, '<think>A stray ` here.\n</think>\nFive.', { reasoning: 'A stray ` here.', answer: 'Five.' });
    expectRead(QWEN, '<think>A stray ` here.</think>\nFive.', { reasoning: 'A stray ` here.', answer: 'Five.' });
    expectRead(QWEN, '<think>A stray ` here.</think>', { reasoning: 'A stray ` here.' });
    const long = 'Five apples. '.repeat(40);
    expectRead(QWEN, `<think>A stray \` here.</think>${long}`, { reasoning: 'A stray ` here.', answer: long });
    const parser = answerParser(QWEN, '<think>');
    const said = [...parser.push('A stray ` here.</think>'), ...parser.push(long)];
    expect(said.at(-1)).toEqual({ channel: 'answer', text: long }); // it does not wait for the end of its line
    expectRead(QWEN, '<think>```\nx\n```</think>Five.', { reasoning: '```\nx\n```', answer: 'Five.' });
  });

  test('a call of a tool is one, between words and out of a thought', () => {
    const call = '{"name": "f", "arguments": {}}';
    expectRead(QWEN, `Let me look.\n<tool_call>\n${call}\n</tool_call>`, {
      answer: 'Let me look.\n',
      'tool-call': call,
    });
    expectRead(QWEN, `<think>Hm.\n<tool_call>\n${call}\n</tool_call>\nDone.`, {
      reasoning: 'Hm.',
      'tool-call': call,
      answer: 'Done.',
    });
    const endedBehind = `<think>Hm.\n<tool_call>\n${call}\n</tool_call>\nSo.\n</think>\n\nDone.`;
    expectRead(QWEN, endedBehind, { reasoning: 'Hm.', 'tool-call': call, answer: 'So.\n\n\nDone.' });
    expectRead(QWEN, `<tool_call>${call}</tool_call>\n<tool_call>${call}</tool_call>`, {
      'tool-call': `${call}\n\n${call}`,
    });
    expectRead(QWEN, '<tool_call>{"a": "```', { 'tool-call': '{"a": "```' });
  });

  test('thinking again', () => {
    expectRead(GEMMA, '<|channel>thought\nA.<channel|>One. <|channel>thought\nB.<channel|>Two.', {
      reasoning: 'A.\n\nB.',
      answer: 'One. \n\nTwo.',
    });
  });

  test('an opening mark in the middle of a thought is text, however the words before it are cut', () => {
    for (const text of ['a<<think>b', 'a <think> b', '<think><<think>'])
      expectRead(QWEN, `<think>${text}</think>c`, { reasoning: text.replace(/^<think>/, ''), answer: 'c' });
  });

  test('Gemma: the label of a channel, an empty one, one too many', () => {
    expectRead(GEMMA, '<|channel>thought\nHm.\n<channel|>Five.', { reasoning: 'Hm.', answer: 'Five.' });
    expectRead(GEMMA, '<|channel>thought\n<channel|>Five.<channel|>', { answer: 'Five.' });
    expectRead(GEMMA, '<|channel>thou', { reasoning: 'thou' });
    expectRead(
      GEMMA,
      'Hm.<channel|>Five.',
      { reasoning: 'Hm.', answer: 'Five.' },
      { promptEnd: '<|channel>thought\n' },
    );
    expectRead(GEMMA, 'Five.', { answer: 'Five.' }, { promptEnd: '<|turn>model\n<|channel>thought\n<channel|>' });
  });

  test('marks that are control tokens are read as tokens, and what is spelled like them is text', () => {
    expectRead(CONTROLLED, '<think>\nHm.\n</think>\n\nFive.', { reasoning: 'Hm.', answer: 'Five.' });
    for (const size of [1, 4, 100]) {
      const parser = answerParser(CONTROLLED, '');
      const parts = [...parser.control('<think>')];
      for (let at = 0; at < 12; at += size) parts.push(...parser.push('a </think> b'.slice(at, at + size)));
      parts.push(
        ...parser.control('</think>'),
        ...parser.push('<think>'),
        ...parser.control('<|x|>'),
        ...parser.flush(),
      );
      expect(
        parts
          .filter(({ channel }) => channel === 'reasoning')
          .map(({ text }) => text)
          .join(''),
      ).toBe('a </think> b');
      expect(
        parts
          .filter(({ channel }) => channel === 'answer')
          .map(({ text }) => text)
          .join(''),
      ).toBe('<think>');
    }
  });

  test('an answer that goes on', () => {
    const begun = { reasoning: 'Hm, w', content: '' };
    expectRead(
      QWEN,
      'ell.\n</think>\n\nFive.',
      { reasoning: 'ell.', answer: 'Five.' },
      { begun, promptEnd: '<think>\nHm, w' },
    );
    expectRead(QWEN, ' and <think> six', { answer: ' and <think> six' }, { begun: { content: 'Five' } });
    expectRead(QWEN, '</think>`', { answer: '</think>`' }, { begun: { reasoning: 'Hm', content: 'Say `' } });
  });

  test('a thought that is ended in the model’s place, within code too', () => {
    const parser = answerParser(QWEN, '<think>\n');
    const parts = [...parser.push('Hm.\n```\nx </thi')];
    expect(parser.ending).toBe('\n</think>\n\n');
    parts.push(...parser.endThought());
    expect(parser.channel).toBe('answer');
    parts.push(...parser.push('Five.'), ...parser.flush());
    expect(parts).toEqual([
      { channel: 'reasoning', text: 'Hm.\n```\nx' },
      { channel: 'reasoning', text: ' </thi' },
      { channel: 'answer', text: 'Five.' },
    ]);
  });
});

describe('the messages of gpt-oss', () => {
  const opened = { promptEnd: '<|end|><|start|>assistant' };
  const analysis = '<|channel|>analysis<|message|>Hm.<|end|>';

  test('analysis, commentary and final', () => {
    const final = '<|start|>assistant<|channel|>final<|message|>Five.<|return|>';
    expectRead(HARMONY, analysis + final, { reasoning: 'Hm.', answer: 'Five.' }, opened);
    const preamble = '<|start|>assistant<|channel|>commentary<|message|>Looking.<|end|>';
    expectRead(HARMONY, analysis + preamble + final, { reasoning: 'Hm.', answer: 'Looking.\n\nFive.' }, opened);
    expectRead(HARMONY, analysis, { reasoning: 'Hm.' }, opened);
  });

  test('calls, with the recipient in the header of the channel or of the role', () => {
    const said = { reasoning: 'Hm.', 'tool-call': 'functions.weather\n{"at": 1}' };
    const call = 'commentary to=functions.weather <|constrain|>json<|message|>{"at": 1}<|call|>';
    expectRead(HARMONY, `${analysis}<|start|>assistant<|channel|>${call}`, said, opened);
    const inRole = '<|start|>assistant to=functions.weather<|channel|>commentary json<|message|>{"at": 1}<|call|>';
    expectRead(HARMONY, analysis + inRole, said, opened);
  });

  test('marks that are text, a prompt that stands within a message, and no marks at all', () => {
    const asText: AnswerFormat = { kind: 'harmony', controls: new Set() };
    expectRead(
      asText,
      `${analysis}<|start|>assistant<|channel|>final<|message|>Five.`,
      {
        reasoning: 'Hm.',
        answer: 'Five.',
      },
      opened,
    );
    const within = { promptEnd: '<|start|>assistant<|channel|>analysis<|message|>Hm, ' };
    expectRead(
      HARMONY,
      'so.<|end|><|start|>assistant<|channel|>final<|message|>Five.',
      {
        reasoning: 'so.',
        answer: 'Five.',
      },
      within,
    );
    expectRead(HARMONY, 'Five.', { answer: 'Five.' }, opened);
    expectRead(HARMONY, 'Five.<|end|>Six.<|return|>', { answer: 'Five.\n\nSix.' }, opened);
    expectRead(HARMONY, 'Five.\nSix.', { answer: 'Five.\nSix.' }, opened);
  });
});
