/** Tokens of single messages: each is counted once for a model, however often what the model reads of a conversation is decided. */
import type { AnsweringModel, AnswerSource } from './answer-source.ts';
import type { Message } from './conversation.ts';
import { questionText } from './prompt.ts';

/** About what a chat template puts around a message. */
const TOKENS_AROUND_A_MESSAGE = 5;

export class TokenCounter {
  /** Messages never change: one with other content is another object. A model that is loaded again is another one, too. */
  readonly #counts = new WeakMap<AnsweringModel, WeakMap<Message, Promise<number>>>();

  /** About the length of a message in the prompt; templates may add to it, or leave out reasoning. */
  of(message: Message, model: AnsweringModel, source: Pick<AnswerSource, 'countTokens'>): Promise<number> {
    const known = this.#counts.get(model) ?? new WeakMap<Message, Promise<number>>();
    this.#counts.set(model, known);
    const before = known.get(message);
    if (before !== undefined) return before;
    const counted = count(message, source);
    known.set(message, counted);
    counted.catch(() => known.delete(message)); // asked again, should the engine come back
    return counted;
  }
}

async function count(message: Message, source: Pick<AnswerSource, 'countTokens'>): Promise<number> {
  const text = message.role === 'user' ? questionText(message) : message.content;
  if (text === '') return 0;
  return (await source.countTokens({ kind: 'text', text })) + TOKENS_AROUND_A_MESSAGE;
}
