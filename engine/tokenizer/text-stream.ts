import type { Tokenizer } from './tokenizer.ts';

const SPACE = 0x20;

/**
 * Token ids to text as they arrive, never splitting a character: the bytes of an incomplete one are held until the rest
 * comes, and what never becomes UTF-8 is U+FFFD.
 *
 * It undoes {@link Tokenizer.encode}: where that puts a space before a text (at its beginning, and after each special
 * token), one leading space is taken away again. So an answer, rendered into the next turn's prompt, gives the same tokens.
 */
export class TextStream {
  readonly #tokenizer: Tokenizer;
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #dropSpace: boolean;

  /** @param after the last token before those that will be pushed, such as the prompt's last; none at a text's beginning */
  constructor(tokenizer: Tokenizer, after?: number) {
    this.#tokenizer = tokenizer;
    this.#dropSpace = tokenizer.addsSpacePrefix && (after === undefined || tokenizer.isSpecial(after));
  }

  /** What this token adds to the text: empty for control tokens and while a character is incomplete. */
  push(id: number): string {
    let bytes = this.#tokenizer.bytes(id);
    if (this.#tokenizer.isSpecial(id)) {
      this.#dropSpace = this.#tokenizer.addsSpacePrefix;
    } else if (bytes.length > 0) {
      if (this.#dropSpace && bytes[0] === SPACE) bytes = bytes.subarray(1);
      this.#dropSpace = false;
    }
    return this.#decoder.decode(bytes, { stream: true });
  }

  /** The end: U+FFFD for what is still held, or nothing. */
  flush(): string {
    return this.#decoder.decode();
  }
}
