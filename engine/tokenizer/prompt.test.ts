import { describe, expect, test } from 'vitest';
import { tokenizerModels } from '../../oracle/tokenizer-models.ts';
import type { ChatMessage } from '../api.ts';
import { EngineError } from '../errors.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { Metadata, type MetadataValue } from '../formats/metadata.ts';
import { chatFormat as readChatFormat, type ChatFormat } from './chat-template.ts';
import { promptTokens } from './prompt.ts';
import { renderChat as runTemplate } from './render-chat.ts';
import { findSpeech } from './speech.ts';
import { inlineTemplateRunner } from './template-runner.ts';
import { TextStream } from './text-stream.ts';
import { thinkingMode } from './thinking.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

/** Of the longest in the tests. */
const TOKENS_OF_A_WORD = 3;

const CHAT: readonly ChatMessage[] = [
  { role: 'system', content: 'Be kind.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: '<think>Hm.</think>Hello' },
  { role: 'user', content: 'Bye' },
];

const OPTIONS = { bosToken: '<s>', eosToken: '</s>', addGenerationPrompt: true };

/** A byte-level vocabulary of printable ASCII, a space and a line end, and these special tokens. */
function model(
  special: readonly string[],
  entries: Record<string, MetadataValue> = {},
): { metadata: Metadata; tokenizer: Tokenizer } {
  const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i));
  const tokens = [...special, ...ascii, 'Ġ', 'Ċ'];
  const metadata = new Metadata(
    new Map<string, MetadataValue>([
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', 'gpt-2'],
      ['tokenizer.ggml.tokens', tokens],
      ['tokenizer.ggml.token_type', tokens.map((_, id) => (id < special.length ? 3 : 1))],
      ['tokenizer.ggml.merges', []],
      ...Object.entries(entries),
    ]),
  );
  return { metadata, tokenizer: createTokenizer(metadata) };
}

const shown = (tokenizer: Tokenizer, ids: readonly number[]): string => ids.map((id) => tokenizer.text(id)).join('');

const chatFormat = (metadata: Metadata, tokenizer: Tokenizer): Promise<ChatFormat> =>
  readChatFormat(metadata, tokenizer, inlineTemplateRunner);

async function renderChat(
  template: string,
  messages: readonly ChatMessage[],
  options: typeof OPTIONS,
): Promise<string> {
  return runTemplate({ template, messages, ...options }).text;
}

async function errorOf(make: () => Promise<unknown>): Promise<EngineError> {
  try {
    await make();
  } catch (error) {
    if (error instanceof EngineError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

describe('renderChat', () => {
  test('a template with everything that templates use', async () => {
    const template = `{{ bos_token }}{% if tools is not none %}TOOLS{% endif %}
{%- if messages[0]['role'] == 'system' %}{% set system = messages[0].content | trim %}{% set messages = messages[1:] %}{% endif %}
{%- for message in messages %}
{%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}
{%- set content = message.content %}
{%- if message.role == 'assistant' and '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}
{{- '[' + message.role + ']' + content }}{% if message.role == 'assistant' %}{{ eos_token }}{% endif %}
{%- endfor %}{% if add_generation_prompt %}[assistant]{% endif %}`;
    expect(await renderChat(template, CHAT, OPTIONS)).toBe('<s>[user]Hi[assistant]Hello</s>[user]Bye[assistant]');
    const error = await errorOf(() => renderChat(template, [{ role: 'assistant', content: 'x' }], OPTIONS));
    expect(error).toMatchObject({ code: 'bad-request' });
    expect(error.message).toContain('Roles must alternate');
  });

  test('templates that are broken, or use what we lack', async () => {
    expect(await errorOf(() => renderChat('{% for %}', CHAT, OPTIONS))).toMatchObject({ code: 'corrupt-file' });
    const error = await errorOf(() => renderChat("{{ 'x' | no_such_filter }}", CHAT, OPTIONS));
    expect(error).toMatchObject({ code: 'bad-request' });
    expect(error.message).toContain('no_such_filter');
  });

  test('today is a date', async () => {
    expect(await renderChat("{{ strftime_now('%Y') }}", CHAT, OPTIONS)).toBe(String(new Date().getFullYear()));
  });
});

describe('chatFormat', () => {
  test("the file's own template", async () => {
    const { metadata, tokenizer } = model(['<|im_start|>', '<|im_end|>'], { 'tokenizer.chat_template': 'T' });
    expect(await chatFormat(metadata, tokenizer)).toMatchObject({ kind: 'template', template: 'T', stop: [] });
  });

  test('ChatML where the vocabulary has its tokens', async () => {
    const { metadata, tokenizer } = model(['<|im_start|>', '<|im_end|>']);
    const format = await chatFormat(metadata, tokenizer);
    expect(format.kind).toBe('chatml');
    expect(await renderChat(format.template, CHAT.slice(0, 2), OPTIONS)).toBe(
      '<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  test('a transcript for all others', async () => {
    const { metadata, tokenizer } = model([]);
    const format = await chatFormat(metadata, tokenizer);
    expect(format).toMatchObject({ kind: 'transcript', stop: ['\nUser:'] });
    expect(
      await renderChat(format.template, [CHAT[0]!, CHAT[1]!, { role: 'assistant', content: 'Yes' }], OPTIONS),
    ).toBe('Be kind.\n\nUser: Hi\n\nAssistant: Yes\n\nAssistant:');
  });
});

describe('promptTokens', () => {
  const entries = {
    'tokenizer.ggml.bos_token_id': 0,
    'tokenizer.ggml.eos_token_id': 1,
    'tokenizer.ggml.add_bos_token': true,
  };

  test.each(['', '{{ bos_token }}'])('one BOS, whether the template "%s" writes it or not', async (begin) => {
    const template = `${begin}{% for message in messages %}{{ message.content }}{{ eos_token }}{% endfor %}`;
    const { metadata, tokenizer } = model(['<s>', '</s>'], { ...entries, 'tokenizer.chat_template': template });
    const format = await chatFormat(metadata, tokenizer);
    const ids = await promptTokens({ kind: 'chat', messages: [{ role: 'user', content: 'Hi' }] }, tokenizer, format);
    expect(shown(tokenizer, ids)).toBe('<s>Hi</s>');
  });

  test('text gets a BOS where the model wants one, and none twice', async () => {
    const { metadata, tokenizer } = model(['<s>', '</s>'], entries);
    const format = await chatFormat(metadata, tokenizer);
    expect(shown(tokenizer, await promptTokens({ kind: 'text', text: 'Hi' }, tokenizer, format))).toBe('<s>Hi');
    expect(shown(tokenizer, await promptTokens({ kind: 'text', text: '<s>Hi' }, tokenizer, format))).toBe('<s>Hi');
    expect(await promptTokens({ kind: 'text', text: '' }, tokenizer, format)).toEqual([0]);

    const plain = model(['<s>', '</s>'], { ...entries, 'tokenizer.ggml.add_bos_token': false });
    expect(shown(plain.tokenizer, await promptTokens({ kind: 'text', text: 'Hi' }, plain.tokenizer, format))).toBe(
      'Hi',
    );
    const error = await errorOf(() => promptTokens({ kind: 'text', text: '' }, plain.tokenizer, format));
    expect(error).toMatchObject({ code: 'bad-request' });
  });

  test('tokens are taken as they are, if they are of the vocabulary', async () => {
    const { metadata, tokenizer } = model(['<s>', '</s>'], entries);
    const format = await chatFormat(metadata, tokenizer);
    expect(await promptTokens({ kind: 'tokens', tokens: [5, 4] }, tokenizer, format)).toEqual([5, 4]);
    for (const bad of [-1, 1.5, tokenizer.vocabularySize]) {
      const error = await errorOf(() => promptTokens({ kind: 'tokens', tokens: [0, bad] }, tokenizer, format));
      expect(error.message).toContain(`${bad} is not a token`);
    }
  });

  const SPACED =
    "{% for m in messages %}{{ m.role + ': ' + m.content + eos_token }}{% endfor %}{{ 'assistant:' if add_generation_prompt }}";

  test.each([
    ['ChatML', undefined, 'Good day!\n'],
    ['a template that writes the space of the answer', SPACED, ' Good day!'],
  ])('the next turn begins with the tokens of this one and its answer: %s', async (_, template, text) => {
    const own: Record<string, MetadataValue> = template === undefined ? {} : { 'tokenizer.chat_template': template };
    const { metadata, tokenizer } = model(['<|im_start|>', '<|im_end|>'], { ...own, 'tokenizer.ggml.eos_token_id': 1 });
    const format = await chatFormat(metadata, tokenizer);
    expect(format.writesSpaceBeforeAnswer).toBe(template === SPACED);
    const messages: ChatMessage[] = [{ role: 'user', content: 'Hi' }];
    const first = await promptTokens({ kind: 'chat', messages }, tokenizer, format);
    const answer = tokenizer.encode(text);
    const stream = new TextStream(tokenizer, first.at(-1));
    const content = answer.map((id) => stream.push(id)).join('') + stream.flush();
    messages.push({ role: 'assistant', content }, { role: 'user', content: 'Bye' });
    const second = await promptTokens({ kind: 'chat', messages }, tokenizer, format);
    expect(second.slice(0, first.length + answer.length + 1)).toEqual([...first, ...answer, 1]);
  });
});

describe('continuing a broken-off answer', () => {
  const entries = { 'tokenizer.ggml.eos_token_id': 1 };
  const THINKING =
    "{% for m in messages %}{% set text = m.content.split('</think>')[-1] | trim %}{{ '<' + m.role + '>' + text + eos_token }}{% endfor %}" +
    "{{ '<assistant><think>\\n' if add_generation_prompt }}";
  const SPACED =
    "{% for m in messages %}{{ m.role + ': ' + m.content + eos_token }}{% endfor %}{{ 'assistant:' if add_generation_prompt }}";
  const question: ChatMessage = { role: 'user', content: 'Hi' };

  /** The text of the prompt that goes on where `content` ends. */
  async function continuedText(
    template: string | undefined,
    content: string,
    special: readonly string[] = [],
  ): Promise<string> {
    const own: Record<string, MetadataValue> = template === undefined ? {} : { 'tokenizer.chat_template': template };
    const { metadata, tokenizer } = model(['<s>', '</s>', ...special], { ...entries, ...own });
    const messages: ChatMessage[] = [question, { role: 'assistant', content }];
    const prompt = { kind: 'chat', messages, continueLast: true } as const;
    return shown(tokenizer, await promptTokens(prompt, tokenizer, await chatFormat(metadata, tokenizer))).replaceAll(
      'Ċ',
      '\n',
    );
  }

  test.each([
    ['a transcript', undefined, ' Good d', 'User: Hi\n\nAssistant: Good d'],
    ['a transcript, an answer that the person wrote', undefined, 'Good d', 'User: Hi\n\nAssistant: Good d'],
    ['the space of the answer', SPACED, ' Good d', 'user: Hi</s>assistant: Good d'],
    ['white space at the end', SPACED, ' Good \n', 'user: Hi</s>assistant: Good \n'],
    ['nothing yet', SPACED, '', 'user: Hi</s>assistant:'],
    ['reasoning that the template opens', THINKING, 'Hm, w', '<user>Hi</s><assistant><think>\nHm, w'],
    [
      'reasoning that is over, which the template would leave out',
      THINKING,
      'Hm.\n</think>\nGood d',
      '<user>Hi</s><assistant><think>\nHm.\n</think>\nGood d',
    ],
    ['a tag that the model opened itself', SPACED, ' <think>Hm', 'user: Hi</s>assistant: <think>Hm'],
  ])('%s', async (_, template, content, text) => {
    expect(await continuedText(template, content)).toBe(text);
  });

  test('ChatML', async () => {
    expect(await continuedText(undefined, 'Good d', ['<|im_start|>', '<|im_end|>'])).toBe(
      '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nGood d',
    );
  });

  test.each(['', 'Good d'])('an answer that has reasoned is not opened as one that must not: %j', async (content) => {
    const template =
      "{% for m in messages %}{{ '<' + m.role + '>' + m.content }}{% endfor %}<assistant>" +
      "{{ '<think>' if thinking else '</think>' }}";
    const { metadata, tokenizer } = model(['<s>', '</s>'], { ...entries, 'tokenizer.chat_template': template });
    const format = await chatFormat(metadata, tokenizer);
    const speech = await findSpeech(format, tokenizer);
    const messages: ChatMessage[] = [question, { role: 'assistant', content, reasoning: 'Hm' }];
    const prompt = { kind: 'chat', messages, continueLast: true } as const;
    for (const mode of [undefined, 'off', 'on']) {
      const manner = { speech, thinking: thinkingMode(speech.thinking, mode) };
      const ids = await promptTokens(prompt, tokenizer, format, undefined, manner);
      expect(shown(tokenizer, ids).replaceAll('Ċ', '\n')).toBe(
        `<user>Hi<assistant><think>Hm${content === '' ? '' : '\n</think>\n\nGood d'}`,
      );
    }
  });

  test('only an answer can be continued', async () => {
    const { metadata, tokenizer } = model(['<s>', '</s>'], entries);
    const format = await chatFormat(metadata, tokenizer);
    for (const messages of [[], [question]]) {
      const prompt = { kind: 'chat', messages, continueLast: true } as const;
      expect(await errorOf(() => promptTokens(prompt, tokenizer, format))).toMatchObject({ code: 'bad-request' });
    }
  });

  const ANSWER = ' The conversation went on, and the two of them talked about the sea: 1234 waves, and one more.';

  test.each(['qwen2', 'deepseek-v3', 'llama-bpe', 'spm', 'spm-no-space-prefix'])(
    'most of the tokens that are in the cache stay there, wherever it broke off: %s',
    async (name) => {
      const file = tokenizerModels.find((each) => each.name === name)?.build();
      const { metadata } = await readGguf([new MemorySource(file ?? new Uint8Array(0))]);
      const tokenizer = createTokenizer(metadata);
      const template =
        "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|end|>' }}{% endfor %}<|assistant|>";
      const format = {
        kind: 'template',
        template,
        stop: [],
        writesSpaceBeforeAnswer: false,
        runner: inlineTemplateRunner,
      } as const;
      const opening = await promptTokens({ kind: 'chat', messages: [question] }, tokenizer, format);
      const whole = { ...format, template: template + ANSWER };
      const prompt = await promptTokens({ kind: 'chat', messages: [question] }, tokenizer, whole);
      const answer = prompt.slice(opening.length);
      expect(answer.length).toBeGreaterThan(20);
      const stream = new TextStream(tokenizer, opening.at(-1));
      let content = '';
      for (const [i, id] of answer.entries()) {
        content += stream.push(id);
        const messages: ChatMessage[] = [question, { role: 'assistant', content }];
        const prompt = await promptTokens({ kind: 'chat', messages, continueLast: true }, tokenizer, format);
        const cached = [...opening, ...answer.slice(0, i + 1)];
        const same = cached.findIndex((each, position) => each !== prompt[position]);
        // The last word may be cut otherwise when it ends here.
        if (same >= 0) expect(same).toBeGreaterThanOrEqual(cached.length - TOKENS_OF_A_WORD);
        const text = new TextStream(tokenizer, opening.at(-1));
        expect(
          prompt
            .slice(opening.length)
            .map((each) => text.push(each))
            .join('') + text.flush(),
        ).toBe(content);
      }
      expect(content + stream.flush()).toBe(ANSWER);
    },
  );
});
