import type { Channel } from '../api.ts';
import { HARMONY_ENDING, HARMONY_MARKS, type HarmonyFormat, type HarmonyMark } from './answer-format.ts';
import type { AnswerParser, AnswerPart } from './answer-reading.ts';
import { overlap } from './stop-strings.ts';

/** `commentary to=functions.get_weather <|constrain|>json` is a long one. */
const LONGEST_HEADER = 200;

/** See {@link HarmonyFormat}: a message has a header up to `<|message|>`, and a body up to the next mark. */
export class HarmonyParser implements AnswerParser {
  readonly #textMarks: readonly HarmonyMark[];
  /** Null within a body. */
  #header: string | null = null;
  #channel: Channel = 'answer';
  #isBlank = true;
  readonly #said = new Set<Channel>();
  #rest = '';
  #parts: AnswerPart[] = [];

  constructor({ controls }: HarmonyFormat, promptEnd: string) {
    this.#textMarks = HARMONY_MARKS.filter((mark) => !controls.has(mark));
    const start = promptEnd.lastIndexOf('<|start|>');
    if (start < 0) return;
    // An answer that goes on may be in the middle of a message.
    for (const piece of promptEnd.slice(start).split(/(<\|\w+\|>)/)) {
      if (isMark(piece)) this.#turn(piece);
      else this.#say(piece);
    }
    this.#parts = [];
  }

  get channel(): Channel {
    return this.#channel;
  }

  get ending(): string {
    return this.#header === null && this.#channel !== 'answer' ? HARMONY_ENDING : '';
  }

  push(text: string): AnswerPart[] {
    this.#rest += text;
    for (;;) {
      const found = this.#textMarks
        .map((mark) => ({ mark, at: this.#rest.indexOf(mark) }))
        .filter(({ at }) => at >= 0)
        .sort((a, b) => a.at - b.at)[0];
      if (found === undefined) break;
      this.#say(this.#rest.slice(0, found.at));
      this.#turn(found.mark);
      this.#rest = this.#rest.slice(found.at + found.mark.length);
    }
    this.#sayRest(Math.max(0, ...this.#textMarks.map((mark) => overlap(this.#rest, mark))));
    return this.#taken();
  }

  control(token: string): AnswerPart[] {
    this.#sayRest(0);
    if (isMark(token)) this.#turn(token);
    return this.#taken();
  }

  endThought(): AnswerPart[] {
    this.#sayRest(0);
    if (this.#channel === 'reasoning') this.#open('<|channel|>final');
    return this.#taken();
  }

  flush(): AnswerPart[] {
    this.#sayRest(0);
    this.#endHeader();
    return this.#taken();
  }

  #taken(): AnswerPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  #sayRest(held: number): void {
    this.#say(this.#rest.slice(0, this.#rest.length - held));
    this.#rest = this.#rest.slice(this.#rest.length - held);
  }

  #say(text: string): void {
    if (text === '') return;
    if (this.#header === null) {
      const separator = this.#isBlank && this.#said.has(this.#channel) ? '\n\n' : '';
      this.#isBlank = false;
      this.#said.add(this.#channel);
      this.#parts.push({ channel: this.#channel, text: separator + text });
      return;
    }
    this.#header += text;
    const isNone = this.#header.length > LONGEST_HEADER || this.#header.trimStart().includes('\n');
    if (isNone) this.#begin(this.#header);
  }

  /** A body that has no header, or only the role that stood in the prompt. */
  #begin(header: string): void {
    this.#header = null;
    this.#channel = 'answer';
    this.#isBlank = true;
    this.#say(header.replace(/^\s*assistant/, ''));
  }

  /** One that no message follows: it may have been none after all. */
  #endHeader(): void {
    if (this.#header !== null && !isHeader(this.#header)) this.#begin(this.#header);
  }

  #turn(mark: HarmonyMark): void {
    switch (mark) {
      case '<|start|>':
      case '<|end|>':
      case '<|call|>':
      case '<|return|>':
        this.#endHeader();
        this.#header = '';
        return;
      case '<|channel|>':
        this.#header = `${this.#header ?? ''} ${mark}`;
        this.#channel = 'answer';
        return;
      case '<|constrain|>':
        if (this.#header !== null) this.#header += ' ';
        return;
      case '<|message|>':
        this.#open(this.#header ?? '');
        return;
      default:
        mark satisfies never;
    }
  }

  #open(header: string): void {
    const recipient = /\bto=(\S+)/.exec(header)?.[1];
    const name = /<\|channel\|>\s*(\w+)/.exec(header)?.[1];
    this.#header = null;
    this.#isBlank = true;
    if (recipient !== undefined && recipient !== 'assistant' && recipient !== 'user') {
      this.#channel = 'tool-call';
      this.#say(`${recipient}\n`);
    } else this.#channel = name === 'analysis' ? 'reasoning' : 'answer';
  }
}

function isMark(text: string): text is HarmonyMark {
  return (HARMONY_MARKS as readonly string[]).includes(text);
}

function isHeader(text: string): boolean {
  const words = text.trim();
  return words === '' || words === 'assistant' || words.includes('<|channel|>') || words.includes('to=');
}
