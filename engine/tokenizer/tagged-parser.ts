import type { Channel } from '../api.ts';
import { type BlockMarks, isWordy, type TaggedFormat } from './answer-format.ts';
import type { AnswerParser, AnswerPart } from './answer-reading.ts';
import { CodeSpans, endsOnItsLine } from './code-spans.ts';
import { overlap } from './stop-strings.ts';

/** What a mark would do. */
type Turn =
  { readonly kind: 'open'; readonly block: BlockMarks } | { readonly kind: 'close' } | { readonly kind: 'drop' };

interface Mark {
  readonly text: string;
  readonly turn: Turn;
}

/** `wait`: what follows decides. */
type Verdict = 'mark' | 'text' | 'wait';

/** See {@link TaggedFormat}. */
export class TaggedParser implements AnswerParser {
  readonly #format: TaggedFormat;
  #block: BlockMarks | null;
  /** The thought that a call came out of, which may be ended yet. */
  #left: BlockMarks | null = null;
  /** What was read and not decided yet. */
  #rest = '';
  /** Of the stretch since the last mark; code ends with it. */
  #code = new CodeSpans();
  /** Whether the stretch has no words yet. */
  #isBlank = true;
  /** Whether white space at its beginning is the marks'. */
  #trims: boolean;
  /** White space that a closing mark may make void. */
  #spaces = '';
  /** The rest of an opening mark. */
  #label: string;
  readonly #said = new Set<Channel>();
  #parts: AnswerPart[] = [];

  /** @param open the block that the prompt ends in */
  constructor(format: TaggedFormat, open: BlockMarks | null) {
    this.#format = format;
    this.#block = open;
    this.#trims = open !== null;
    this.#label = open?.label ?? '';
  }

  get channel(): Channel {
    return this.#block?.channel ?? 'answer';
  }

  get ending(): string {
    return this.#block?.ending ?? '';
  }

  push(text: string): AnswerPart[] {
    this.#rest += text;
    this.#decide(false);
    return this.#taken();
  }

  control(token: string): AnswerPart[] {
    this.#decide(true);
    const mark = this.#marks(true).find(({ text }) => text === token);
    if (mark !== undefined) this.#turn(mark.turn);
    else if (this.#block?.channel === 'tool-call' && !this.#isBlank) this.#say(' '); // between name and arguments
    return this.#taken();
  }

  endThought(): AnswerPart[] {
    this.#decide(true);
    if (this.#block?.channel === 'reasoning') this.#turn({ kind: 'close' });
    return this.#taken();
  }

  flush(): AnswerPart[] {
    this.#decide(true);
    if (this.#spaces !== '' && !(this.#isBlank && this.#trims)) this.#add(this.#spaces);
    this.#spaces = '';
    return this.#taken();
  }

  /** What has been said before belongs to the stretch that goes on. */
  goOn(text: string): void {
    if (text === '') return;
    this.#label = '';
    this.#code.read(text);
    this.#isBlank = text.trim() === '';
    this.#trims = false;
    this.#said.add(this.channel);
  }

  #taken(): AnswerPart[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  /** Marks that mean something here. */
  #marks(areControls: boolean): Mark[] {
    const { blocks, controls } = this.#format;
    const marks: Mark[] = [];
    const add = (text: string, turn: Turn): void => {
      if (controls.has(text) === areControls) marks.push({ text, turn });
    };
    const block = this.#block;
    if (block !== null && block.close !== null) add(block.close, { kind: 'close' });
    if (block === null && this.#left?.close && isWordy(this.#left.close)) add(this.#left.close, { kind: 'drop' });
    if (block?.channel === 'tool-call') return marks;
    for (const each of blocks) {
      if (block !== null && each.channel === 'reasoning') {
        // Opened by the template, and by the model again.
        if (each.open === block.open && this.#isBlank) add(each.open, { kind: 'drop' });
      } else add(each.open, { kind: 'open', block: each });
      if (block === null && each.close !== null && !isWordy(each.close)) add(each.close, { kind: 'drop' });
    }
    return marks;
  }

  #decide(isEnd: boolean): void {
    for (;;) {
      if (!this.#dropLabel(isEnd)) return;
      const marks = this.#marks(false);
      const found = firstOf(marks, this.#rest);
      if (found === null) {
        const held = isEnd ? 0 : Math.max(0, ...marks.map(({ text }) => overlap(this.#rest, text)));
        this.#say(this.#rest.slice(0, this.#rest.length - held));
        this.#rest = this.#rest.slice(this.#rest.length - held);
        return;
      }
      this.#say(this.#rest.slice(0, found.at));
      this.#rest = this.#rest.slice(found.at);
      const { text, turn } = found.mark;
      const verdict = this.#judge(found.mark, this.#rest.slice(text.length), isEnd);
      if (verdict === 'wait') return;
      this.#rest = this.#rest.slice(text.length);
      if (verdict === 'mark') this.#turn(turn);
      else this.#say(text);
    }
  }

  /** @returns false while it may yet come */
  #dropLabel(isEnd: boolean): boolean {
    if (this.#label === '') return true;
    const rest = this.#rest.trimStart();
    if (rest.length < this.#label.length && this.#label.startsWith(rest) && !isEnd) return false;
    if (rest.startsWith(this.#label)) this.#rest = rest.slice(this.#label.length);
    this.#label = '';
    return true;
  }

  #judge({ text, turn }: Mark, after: string, isEnd: boolean): Verdict {
    if (this.#block?.channel === 'tool-call') return 'mark';
    if (this.#code.isInFence) return 'text';
    const backticks = this.#code.spanAtEnd();
    if (turn.kind === 'close') {
      const isCode = backticks === null ? false : endsOnItsLine(after, backticks);
      if (isCode === null && !isEnd) return 'wait';
      return isCode === true ? 'text' : 'mark';
    }
    if (backticks !== null) return 'text';
    // Words may have come before it by now: within a thought that has begun its opening mark is text.
    if (turn.kind === 'drop') return this.#block === null || this.#isBlank ? 'mark' : 'text';
    if (!isWordy(text)) return 'mark';
    const isInPlace = turn.block.channel === 'reasoning' ? this.#isBlank : this.#code.isAtLineStart;
    return isInPlace ? 'mark' : 'text';
  }

  #turn(turn: Turn): void {
    if (turn.kind === 'drop') return;
    if (this.#block?.channel === 'reasoning') this.#left = turn.kind === 'open' ? this.#block : null;
    this.#block = turn.kind === 'open' ? turn.block : null;
    this.#label = this.#block?.label ?? '';
    this.#code = new CodeSpans();
    this.#isBlank = true;
    this.#trims = true;
    this.#spaces = '';
  }

  /** Adds text of the present stretch; white space where a mark may follow waits for what does. */
  #say(text: string): void {
    if (text === '') return;
    this.#code.read(text);
    const whole = this.#spaces + text;
    // Before and within blocks it is the marks'; in an answer that has begun it is the answer's.
    const waits = this.#block !== null || this.#isBlank;
    const words = waits ? whole.trimEnd() : whole;
    this.#spaces = whole.slice(words.length);
    if (words === '') return;
    const first = this.#isBlank && this.#trims ? words.trimStart() : words;
    const separator = this.#isBlank && this.#said.has(this.channel) ? '\n\n' : '';
    this.#isBlank = false;
    this.#said.add(this.channel);
    this.#add(separator + first + (this.#block === null ? this.#spaces : ''));
    if (this.#block === null) this.#spaces = '';
  }

  #add(text: string): void {
    this.#parts.push({ channel: this.channel, text });
  }
}

function firstOf(marks: readonly Mark[], text: string): { readonly mark: Mark; readonly at: number } | null {
  const found = marks.map((mark) => ({ mark, at: text.indexOf(mark.text) })).filter(({ at }) => at >= 0);
  return found.sort((a, b) => a.at - b.at || b.mark.text.length - a.mark.text.length)[0] ?? null;
}
