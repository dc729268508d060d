import { TextStream } from './text-stream.ts';
import type { Tokenizer } from './tokenizer.ts';

/** The text of some tokens as a template would write it: control tokens by their names. @param after the token before them */
export function writtenOut(tokenizer: Tokenizer, ids: readonly number[], after?: number): string {
  const stream = new TextStream(tokenizer, after);
  return ids.map((id) => stream.push(id) + (controlText(tokenizer, id) ?? '')).join('') + stream.flush();
}

/** How a control token is written, or undefined for all others. */
export function controlText(tokenizer: Tokenizer, id: number): string | undefined {
  return tokenizer.isSpecial(id) && tokenizer.bytes(id).length === 0 ? tokenizer.text(id) : undefined;
}
