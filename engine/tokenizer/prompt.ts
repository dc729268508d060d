import type { ChatMessage, Prompt } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { ChatFormat } from './chat-template.ts';
import type { Tokenizer } from './tokenizer.ts';

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
): Promise<number[]> {
  const tokens = await tokensOf(prompt, tokenizer, format, signal);
  if (tokens.length === 0) throw new EngineError('bad-request', 'The prompt is empty. Write something first.');
  return tokens;
}

async function tokensOf(
  prompt: Prompt,
  tokenizer: Tokenizer,
  format: ChatFormat,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  switch (prompt.kind) {
    case 'chat': {
      const { messages, continueLast = false } = prompt;
      const write = continueLast ? continued : openAnswer;
      const text = await write(messages, tokenizer, format, signal);
      return withBos(tokenizer.encode(text, { special: true }), tokenizer);
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
  { bos, eos, text }: Tokenizer,
  format: ChatFormat,
  signal: AbortSignal | undefined,
): Promise<string> {
  const job = {
    template: format.template,
    messages: messages.map((message) => asTemplateWants(message, format)),
    bosToken: bos === undefined ? '' : text(bos),
    eosToken: eos === undefined ? '' : text(eos),
    addGenerationPrompt: true,
  };
  return format.runner.render(job, signal);
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
): Promise<string> {
  const last = messages.at(-1);
  if (last?.role !== 'assistant')
    throw new EngineError('bad-request', 'Only an answer can be continued, and the last message is none.');
  const opening = await openAnswer(messages.slice(0, -1), tokenizer, format, signal);
  return opening + answerAfter(opening, last.content, format);
}

/** Some templates open the reasoning themselves. */
const OPENS_REASONING = /<think>(?<space>\s*)$/;

/** The answer's text behind what its template writes before it, where both may have the same beginning. */
function answerAfter(opening: string, content: string, { writesSpaceBeforeAnswer }: ChatFormat): string {
  const space = OPENS_REASONING.exec(opening)?.groups?.['space'];
  if (space !== undefined) {
    const inner = content.replace(/^\s*<think>/, '');
    return inner !== content && inner.startsWith(space) ? inner.slice(space.length) : inner;
  }
  const lacksSpace = writesSpaceBeforeAnswer && content !== '' && !/^\s/.test(content);
  return lacksSpace ? ` ${content}` : content;
}

function asTemplateWants(message: ChatMessage, { writesSpaceBeforeAnswer }: ChatFormat): ChatMessage {
  const doubled = writesSpaceBeforeAnswer && message.role === 'assistant' && message.content.startsWith(' ');
  return doubled ? { ...message, content: message.content.slice(1) } : message;
}

function withBos(tokens: number[], { addBos, bos }: Tokenizer): number[] {
  return addBos && bos !== undefined && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}
