import { describe, expect, test } from 'vitest';
import { headerOf, HAS_VOCABULARIES, readPublished } from '../../oracle/vocabularies/vocabularies.ts';
import { Metadata, type MetadataValue } from '../formats/metadata.ts';
import type { AnswerFormat, BlockMarks } from './answer-format.ts';
import { answerParser } from './answer-parser.ts';
import { AnswerReader } from './answer-reader.ts';
import { chatFormat } from './chat-template.ts';
import { promptTokens } from './prompt.ts';
import { findSpeech, type Speech } from './speech.ts';
import { inlineTemplateRunner } from './template-runner.ts';
import { thinkingMode, thinkingSupport } from './thinking.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';
import { TOKEN_KIND } from './vocabulary.ts';
import { writtenOut } from './written-out.ts';

interface SmallModel {
  readonly metadata: Metadata;
  readonly tokenizer: Tokenizer;
}

/** A byte-level vocabulary of printable ASCII, with these tokens besides. */
function model(template: string, control: readonly string[] = [], userDefined: readonly string[] = []): SmallModel {
  const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  const normal = [...ascii, 'Ġ', 'Ċ'];
  const kinds = [
    ...control.map(() => TOKEN_KIND.control),
    ...userDefined.map(() => TOKEN_KIND.userDefined),
    ...normal.map(() => TOKEN_KIND.normal),
  ];
  const metadata = new Metadata(
    new Map<string, MetadataValue>([
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', 'gpt-2'],
      ['tokenizer.ggml.tokens', [...control, ...userDefined, ...normal]],
      ['tokenizer.ggml.token_type', kinds],
      ['tokenizer.ggml.merges', []],
      ['tokenizer.chat_template', template],
    ]),
  );
  return { metadata, tokenizer: createTokenizer(metadata) };
}

async function speechOf({ metadata, tokenizer }: SmallModel): Promise<Speech> {
  return findSpeech(await chatFormat(metadata, tokenizer, inlineTemplateRunner), tokenizer);
}

const reasoningOf = (format: AnswerFormat): readonly BlockMarks[] =>
  format.kind === 'harmony' ? [] : format.blocks.filter(({ channel }) => channel === 'reasoning');

/** A template of this form: what opens a turn, what stands around reasoning, what opens an answer. */
function templateOf(thought: string, opening: string, head = ''): string {
  return (
    `${head}{%- for m in messages -%}<|{{ m.role }}|>\n` +
    `{%- if m.role == 'assistant' and m.reasoning_content %}${thought}{% endif -%}{{ m.content }}<|end|>\n{%- endfor -%}` +
    `{%- if add_generation_prompt -%}${opening}{%- endif -%}`
  );
}

describe('the marks of reasoning', () => {
  test.each([
    ['<think>', '</think>', '\n</think>\n\n'],
    ['[THINK]', '[/THINK]', '[/THINK]'],
    ['<mm:think>', '</mm:think>', '</mm:think>'],
    ['<seed:think>', '</seed:think>', '</seed:think>\n'],
    ['◁think▷', '◁/think▷', '◁/think▷'],
    ['<|START_THINKING|>', '<|END_THINKING|>', '<|END_THINKING|>'],
    ['<think:opensource>', '</think:opensource>', '</think:opensource>'],
    ['<ponder>', '</ponder>', '\n</ponder>\n'], // of no model that we know
    ['<|thought_begin|>', '<|thought_end|>', '<|thought_end|>'],
  ])('%s, as the template writes them', async (open, close, ending) => {
    const template = templateOf(`${open}{{ m.reasoning_content }}${ending}`, '<|assistant|>\n');
    const { answers } = await speechOf(model(template));
    expect(reasoningOf(answers)[0]).toMatchObject({ open, close, ending });
    const opened = templateOf(`${open}\n{{ m.reasoning_content }}${ending}`, `<|assistant|>\n${open}\n`);
    expect(reasoningOf((await speechOf(model(opened))).answers)[0]).toMatchObject({ open, close, ending });
  });

  test('what opens the text behind it is no part of the mark, but ends a thought with it', async () => {
    const template = templateOf(
      '<|START_THINKING|>{{ m.reasoning_content }}<|END_THINKING|><|START_TEXT|>',
      '<|assistant|>',
    );
    const marks = reasoningOf((await speechOf(model(template))).answers);
    expect(marks).toMatchObject([{ close: '<|END_THINKING|>', ending: '<|END_THINKING|><|START_TEXT|>' }]);
  });

  test.each([
    ['<|done|><|begin|>assistant<|content|>', '<|content|>'],
    ['<|done|><|content|>', '<|done|>'],
  ])('of several control tokens that close it, %j, one', async (ending, close) => {
    const template = templateOf(`<|think|>{{ m.reasoning_content }}${ending}`, '<|assistant|>');
    const controls = ['<|think|>', '<|done|>', '<|begin|>', '<|content|>', '<|assistant|>'];
    const small = model(template, controls);
    const { answers } = await speechOf(small);
    expect(reasoningOf(answers)).toMatchObject([{ open: '<|think|>', close, ending }]);
    const ids = small.tokenizer.encode(`<|think|>Hm.${ending}Five.`, { special: true });
    const reader = new AnswerReader(small.tokenizer, undefined, [], answerParser(answers, '<|assistant|>'));
    const read = ids.map((id, i) => reader.push(id, i === ids.length - 1));
    expect(read.map(({ channel, text }) => (channel === 'answer' ? text : '')).join('')).toBe('Five.');
  });

  test('where the template leaves earlier reasoning out, those that it or the vocabulary names', async () => {
    const named = model(`{{ messages[-1].content.split('</think>')[-1] }}<|assistant|>`);
    expect(reasoningOf((await speechOf(named)).answers)).toEqual([
      { channel: 'reasoning', open: '<think>', close: '</think>', ending: '\n</think>\n\n' },
    ]);
    const gemma = model('{{ messages[-1].content }}<|turn>model\n', [], ['<|channel>', '<channel|>']);
    expect(reasoningOf((await speechOf(gemma)).answers)).toEqual([
      { channel: 'reasoning', open: '<|channel>', close: '<channel|>', label: 'thought', ending: '<channel|>' },
    ]);
    const none = await speechOf(model('{{ messages[-1].content }}'));
    expect(none).toMatchObject({ answers: { kind: 'tagged', blocks: [] }, thinking: { usual: null } });
  });

  test('control tokens are told from text', async () => {
    const template = templateOf('<think>{{ m.reasoning_content }}</think>', '<|assistant|>\n');
    const controlled = await speechOf(model(template, ['<think>', '</think>']));
    expect(controlled.answers.controls).toEqual(new Set(['<think>', '</think>']));
    const defined = await speechOf(model(template, [], ['<think>', '</think>']));
    expect(defined.answers.controls).toEqual(new Set());
  });

  test('the messages of gpt-oss', async () => {
    const marks = ['<|start|>', '<|channel|>', '<|message|>', '<|end|>', '<|return|>', '<|call|>', '<|constrain|>'];
    const small = model('<|start|>{{ messages[-1].content }}<|end|><|start|>assistant', marks);
    const { answers } = await speechOf(small);
    expect(answers.kind).toBe('harmony');
    const id = (text: string): number => small.tokenizer.idOf(text) ?? -1;
    expect(
      [id('<|return|>'), id('<|call|>'), id('<|end|>')].map((each) => small.tokenizer.endOfTurn.has(each)),
    ).toEqual([true, true, false]);
    const written = '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Five.';
    const reader = new AnswerReader(small.tokenizer, undefined, [], answerParser(answers, '<|start|>assistant'));
    const ids = [...small.tokenizer.encode(written, { special: true }), id('<|return|>')];
    const read = ids.map((each, i) => reader.push(each, i === ids.length - 1));
    const said = (channel: string): string => read.map((each) => (each.channel === channel ? each.text : '')).join('');
    expect([said('reasoning'), said('answer')]).toEqual(['Hm.', 'Five.']);
  });
});

describe('the switch for thinking', () => {
  const support = async (template: string): Promise<readonly [readonly string[], string | null]> => {
    const { thinking } = await speechOf(model(template));
    const { modes, usual } = thinkingSupport(thinking, false);
    return [modes, usual];
  };

  test.each([
    ['{% if enable_thinking is defined and enable_thinking is false %}<think></think>{% endif %}', ['off', 'on'], 'on'],
    ['{% if enable_thinking | default(false) %}<|think|>{% endif %}', ['off', 'on'], 'off'],
    ['{% if thinking %}<think>{% else %}</think>{% endif %}', ['off', 'on'], 'off'],
    ["Reasoning: {{ reasoning_effort | default('medium') }}", ['low', 'medium', 'high'], 'medium'],
    [
      "{% if enable_thinking is defined and not enable_thinking %}no{% else %}{{ reasoning_effort | default('high') }}{% endif %}",
      ['off', 'low', 'medium', 'high'],
      'high',
    ],
    ["{% if reasoning_effort == 'high' %}[THINK]{% endif %}", ['on', 'high'], 'on'],
    [
      '{% if reasoning_effort %}<think>{{ reasoning_effort }}{% else %}</think>{% endif %}',
      ['off', 'low', 'medium', 'high'],
      'off',
    ],
    ["{{ reasoning_effort | default('max') }}", ['low', 'medium', 'high', 'max'], 'max'],
    [
      "{{ messages[-1].content }}{% if '/no_think' in messages[-1].content %}<think></think>{% endif %}",
      ['off', 'on'],
      'on',
    ],
    ["{% if thinking_mode == 'disabled' %}Do not think.{% else %}Think.{% endif %}", ['off', 'on'], 'on'],
    [
      "{% if reasoning_effort in ['high', 'max'] %}{{ reasoning_effort }}{% else %}max{% endif %}",
      ['on', 'high'],
      'on',
    ],
    ['{{ messages[-1].content }}{# /no_think #}', [], null],
    ['{# enable_thinking #}', [], null],
    ["{% if enable_thinking is defined %}{{ raise_exception('no') }}{% endif %}", [], null],
  ])('%s', async (template, modes, usual) => {
    const [found, holds] = await support(template);
    expect(found).toEqual(modes);
    if (usual !== null) expect(holds).toBe(usual);
  });

  test('what a template does not know is refused in words', async () => {
    const { thinking } = await speechOf(model('{{ enable_thinking }}'));
    expect(thinkingMode(thinking, undefined)).toEqual({ variables: {} });
    expect(() => thinkingMode(thinking, 'high')).toThrow('It knows: off, on');
  });

  test('a word in the question, where there is no variable', async () => {
    const small = model("{{ messages[-1].content }}{% if '/no_think' in messages[-1].content %}<off>{% endif %}");
    const format = await chatFormat(small.metadata, small.tokenizer, inlineTemplateRunner);
    const speech = await findSpeech(format, small.tokenizer);
    const prompt = { kind: 'chat', messages: [{ role: 'user', content: 'Hi' }] } as const;
    const manner = { speech, thinking: thinkingMode(speech.thinking, 'off') };
    const ids = await promptTokens(prompt, small.tokenizer, format, undefined, manner);
    expect(writtenOut(small.tokenizer, ids)).toBe('Hi /no_think<off>');
  });
});

describe.runIf(HAS_VOCABULARIES)('published vocabularies and templates', () => {
  test('Qwen3: reasoning as its tokens, a switch, and the parts of an earlier answer', async () => {
    const { tokenizer: json, config } = readPublished('qwen3');
    const { chat_template: template = '' } = config as { readonly chat_template?: string };
    const metadata = new Metadata(
      new Map<string, MetadataValue>([...headerOf(json, 'gpt2', 'qwen2'), ['tokenizer.chat_template', template]]),
    );
    const tokenizer = createTokenizer(metadata);
    const format = await chatFormat(metadata, tokenizer, inlineTemplateRunner);
    const speech = await findSpeech(format, tokenizer);
    expect(reasoningOf(speech.answers)).toEqual([
      { channel: 'reasoning', open: '<think>', close: '</think>', ending: '\n</think>\n\n' },
    ]);
    expect([...speech.thinking.modes.keys()]).toEqual(['off', 'on']);

    const question = { role: 'user', content: 'How many?' } as const;
    const ask = (thinking: string): Promise<number[]> =>
      promptTokens({ kind: 'chat', messages: [question] }, tokenizer, format, undefined, {
        speech,
        thinking: thinkingMode(speech.thinking, thinking),
      });
    const off = writtenOut(tokenizer, await ask('off'));
    expect(off.endsWith('<think>\n\n</think>\n\n')).toBe(true);
    expect(answerParser(speech.answers, off).channel).toBe('answer');

    const written = '<think>\nFive, and `</think>` is a word.\n</think>\n\nFive.';
    const reader = new AnswerReader(tokenizer, undefined, [], answerParser(speech.answers, 'assistant\n'));
    const ids = tokenizer.encode(written, { special: true });
    const read = ids.map((id, i) => reader.push(id, i === ids.length - 1));
    const said = (channel: string): string => read.map((each) => (each.channel === channel ? each.text : '')).join('');
    expect([said('reasoning'), said('answer')]).toEqual(['Five, and `</think>` is a word.', 'Five.']);
  }, 60_000);
});
