// A conversation as a template writes it: text that knows which of it is the template's own.
import type { Rendered } from '../jinja/template.ts';
import type { Tokenizer } from './tokenizer.ts';

export type { Rendered };

/** Marks and other text of which control tokens may be read. */
export function ownText(text: string): Rendered {
  return { text, data: [] };
}

/** What someone has written: never a control token, whatever it says. */
export function writtenText(text: string): Rendered {
  return { text, data: text === '' ? [] : [0, text.length] };
}

export function joinRendered(...parts: readonly Rendered[]): Rendered {
  let text = '';
  const data: number[] = [];
  for (const part of parts) {
    for (const at of part.data) data.push(text.length + at);
    text += part.text;
  }
  return { text, data };
}

export function sliceRendered({ text, data }: Rendered, start: number, end = text.length): Rendered {
  const sliced: number[] = [];
  for (let i = 0; i < data.length; i += 2) {
    const from = Math.max(data[i] ?? 0, start);
    const to = Math.min(data[i + 1] ?? 0, end);
    if (from < to) sliced.push(from - start, to - start);
  }
  return { text: text.slice(start, end), data: sliced };
}

export function encodeRendered({ text, data }: Rendered, tokenizer: Tokenizer): number[] {
  return tokenizer.encode(text, { special: true, data });
}
