import type { ChatMessage, Prompt } from '../api.ts';
import { EngineError } from '../errors.ts';
import { answerParser } from './answer-parser.ts';
import { AnswerReader } from './answer-reader.ts';
import { begunText } from './begun-answer.ts';
import type { ChatFormat } from './chat-template.ts';
import { areTokens, encodeWithAnswers } from './known-answers.ts';
import { joinRendered, type Rendered } from './rendered.ts';
import type { Speech } from './speech.ts';
import type { ThinkingMode } from './thinking.ts';
import type { Tokenizer } from './tokenizer.ts';

/** What the prompt of a chat depends on besides its template. */
export interface Manner {
  readonly speech: Speech;
  readonly thinking?: ThinkingMode;
}

type AssistantMessage = Extract<ChatMessage, { role: 'assistant' }>;

/**
 * The ids to run for a prompt. Chat and text are read with their special tokens, and get a BOS where the model asks for one
 * and they do not begin with it already (most chat templates write it). No EOS is added: the model is to go on.
 *
 * @throws EngineError `bad-request` for ids outside the vocabulary, a conversation that the template refuses, or a prompt
 *   without any token; what the template's runner rejects with.
 */
export async function promptTokens(
  prompt: Prompt,
  tokenizer: Tokenizer,
  format: ChatFormat,
  signal?: AbortSignal,
  manner?: Manner,
): Promise<number[]> {
  const tokens = await tokensOf(prompt, tokenizer, format, signal, manner);
  if (tokens.length === 0) throw new EngineError('bad-request', 'The prompt is empty. Write something first.');
  return tokens;
}

async function tokensOf(
  prompt: Prompt,
  tokenizer: Tokenizer,
  format: ChatFormat,
  signal: AbortSignal | undefined,
  manner: Manner | undefined,
): Promise<number[]> {
  switch (prompt.kind) {
    case 'chat': {
      const { messages, continueLast = false } = prompt;
      if (continueLast) return continued(messages, tokenizer, format, signal, manner);
      const rendered = await openAnswer(messages, tokenizer, format, signal, manner?.thinking);
      return withBos(encodeWithAnswers(rendered, messages, tokenizer), tokenizer);
    }
    case 'text':
      return withBos(tokenizer.encode(prompt.text, { special: true }), tokenizer);
    case 'tokens': {
      const bad = prompt.tokens.find((id) => !Number.isInteger(id) || id < 0 || id >= tokenizer.vocabularySize);
      if (bad !== undefined) {
        throw new EngineError(
          'bad-request',
          `${bad} is not a token of this model: its ids run from 0 to ${tokenizer.vocabularySize - 1}.`,
        );
      }
      return [...prompt.tokens];
    }
    default:
      return prompt satisfies never;
  }
}

/** The conversation as its template writes it, up to where the next answer begins. */
function openAnswer(
  messages: readonly ChatMessage[],
  tokenizer: Tokenizer,
  format: ChatFormat,
  signal: AbortSignal | undefined,
  thinking: ThinkingMode | undefined,
): Promise<Rendered> {
  const { bos, eos, text } = tokenizer;
  const told = thinking?.word === undefined ? messages : withWord(messages, thinking.word);
  const job = {
    template: format.template,
    messages: told.map((message) => asTemplateWants(message, format)),
    bosToken: bos === undefined ? '' : text(bos),
    eosToken: eos === undefined ? '' : text(eos),
    addGenerationPrompt: true,
    variables: thinking?.variables ?? {},
  };
  return format.runner.render(job, signal);
}

/** The last question, with a word that switches thinking. */
function withWord(messages: readonly ChatMessage[], word: string): readonly ChatMessage[] {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  return messages.map((message, i) => (i === last ? { ...message, content: `${message.content} ${word}` } : message));
}

/**
 * The same with the last answer begun: its text stands as it is, behind what opens every answer, because templates change
 * answers that they write themselves (they close them, trim them, leave out the reasoning).
 */
async function continued(
  messages: readonly ChatMessage[],
  tokenizer: Tokenizer,
  format: ChatFormat,
  signal: AbortSignal | undefined,
  manner: Manner | undefined,
): Promise<number[]> {
  const last = messages.at(-1);
  if (last?.role !== 'assistant')
    throw new EngineError('bad-request', 'Only an answer can be continued, and the last message is none.');
  const before = messages.slice(0, -1);
  const thinking = manner && (last.reasoning ? whileThinking(manner) : manner.thinking);
  const opening = await openAnswer(before, tokenizer, format, signal, thinking);
  const tokens = withBos(encodeWithAnswers(opening, before, tokenizer), tokenizer);
  if (manner !== undefined && saysTheSame(last, tokens, opening.text, tokenizer, manner.speech))
    return [...tokens, ...(last.tokens ?? [])];
  const text = begunText(last, opening.text, format.writesSpaceBeforeAnswer, manner?.speech.answers);
  return withBos(encodeWithAnswers(joinRendered(opening, text), before, tokenizer), tokenizer);
}

/** For an answer that has reasoned: where there is to be no reasoning, templates open answers with a thought that is over. */
function whileThinking({ speech: { thinking: known }, thinking: asked }: Manner): ThinkingMode | undefined {
  const off = known.modes.get('off');
  const isUsual = asked === undefined || (asked.word === undefined && Object.keys(asked.variables).length === 0);
  const isOff = off !== undefined && (asked === off || (isUsual && known.usual === 'off'));
  return isOff ? (known.modes.get('on') ?? [...known.modes.values()].find((mode) => mode !== off)) : asked;
}

/** Whether the ids of an answer that broke off say what its message says. */
function saysTheSame(
  { tokens = [], content, reasoning = '' }: AssistantMessage,
  before: readonly number[],
  opening: string,
  tokenizer: Tokenizer,
  { answers }: Speech,
): boolean {
  if (tokens.length === 0 || !areTokens(tokens, tokenizer)) return false;
  const reader = new AnswerReader(tokenizer, before.at(-1), [], answerParser(answers, opening));
  const said = { reasoning: '', answer: '', 'tool-call': '' };
  for (const [i, id] of tokens.entries()) {
    const { channel, text } = reader.push(id, i === tokens.length - 1);
    said[channel] += text;
  }
  return said.answer === content && said.reasoning === reasoning;
}

function asTemplateWants(message: ChatMessage, { writesSpaceBeforeAnswer }: ChatFormat): ChatMessage {
  const doubled = writesSpaceBeforeAnswer && message.role === 'assistant' && message.content.startsWith(' ');
  return doubled ? { ...message, content: message.content.slice(1) } : message;
}

function withBos(tokens: number[], { addBos, bos }: Tokenizer): number[] {
  return addBos && bos !== undefined && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}
