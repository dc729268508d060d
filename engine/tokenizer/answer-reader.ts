import type { Channel } from '../api.ts';
import type { AnswerParser, AnswerPart } from './answer-reading.ts';
import { StopMatcher } from './stop-strings.ts';
import { TextStream } from './text-stream.ts';
import type { Tokenizer } from './tokenizer.ts';
import { controlText } from './written-out.ts';

/** What one token adds to an answer. */
export interface ReadToken extends AnswerPart {
  /** Whether a stop string is complete: the answer ends before it. */
  readonly isStopped: boolean;
}

/** Everything as it stands. */
export const plainParser: AnswerParser = {
  channel: 'answer',
  ending: '',
  push: (text) => (text === '' ? [] : [{ channel: 'answer', text }]),
  control: () => [],
  endThought: () => [],
  flush: () => [],
};

/** Token ids to the text of an answer and where it belongs: bytes to characters, stop strings, marks. */
export class AnswerReader {
  readonly #tokenizer: Tokenizer;
  readonly #text: TextStream;
  readonly #stops: StopMatcher;
  readonly #parser: AnswerParser;
  #parts: AnswerPart[] = [];

  /** @param after the prompt's last token */
  constructor(tokenizer: Tokenizer, after: number | undefined, stops: readonly string[], parser: AnswerParser) {
    this.#tokenizer = tokenizer;
    this.#text = new TextStream(tokenizer, after);
    this.#stops = new StopMatcher(stops);
    this.#parser = parser;
  }

  /** Where the next token would belong. */
  get channel(): Channel {
    return this.#parser.channel;
  }

  /** The text that would end a thought that is under way; empty where there is none. */
  get endingOfThought(): string {
    return this.channel === 'reasoning' ? this.#parser.ending : '';
  }

  /** @param isLast no token follows: what was held back comes out */
  push(id: number, isLast: boolean): ReadToken {
    const before = this.channel;
    const isStopped = this.#read(id);
    if (isLast && !isStopped) this.#take(this.#stops.push(this.#text.flush()).text + this.#stops.flush());
    if (isLast || isStopped) this.#parts.push(...this.#parser.flush());
    return { ...this.#next(isLast || isStopped, before), isStopped };
  }

  /** The same for a token of {@link endingOfThought}: whatever the thought says, it ends here. */
  endThought(id: number, isLast: boolean): ReadToken {
    this.#text.push(id);
    this.#take(this.#stops.flush());
    this.#parts.push(...this.#parser.endThought());
    return { ...this.#next(isLast, 'reasoning'), isStopped: false };
  }

  #read(id: number): boolean {
    if (this.#tokenizer.endOfTurn.has(id)) return false;
    const control = controlText(this.#tokenizer, id);
    const { text, stopped } = this.#stops.push(this.#text.push(id));
    this.#take(text);
    if (control !== undefined && stopped === undefined) {
      this.#take(this.#stops.flush()); // no stop string goes on behind it
      this.#parts.push(...this.#parser.control(control));
    }
    return stopped !== undefined;
  }

  #take(text: string): void {
    this.#parts.push(...this.#parser.push(text));
  }

  /** A token has one channel: what belongs to another waits for the next one, or if there is none goes with it all the same. */
  #next(isLast: boolean, before: Channel): AnswerPart {
    const channel = this.#parts[0]?.channel ?? (before === 'answer' ? this.channel : before);
    const end = isLast ? -1 : this.#parts.findIndex((part) => part.channel !== channel);
    const parts = this.#parts.splice(0, end < 0 ? this.#parts.length : end);
    return { channel, text: parts.map(({ text }) => text).join('') };
  }
}
