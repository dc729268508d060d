/** Other ways to mark the words of an answer than by which experts they have in common. */
import type { Ink } from './inks.ts';
import type { Theme } from './token-colors.ts';

/** How a token is marked. Never by colour alone: forced colours show the lines, screen readers say the words. */
export interface TokenMark {
  /** Of all that are marked the same way, such as `sure-2`. */
  readonly key: string;
  readonly ground: Readonly<Record<Theme, string>> | null;
  readonly line: 'solid' | 'double' | 'dotted' | 'dashed' | 'wavy' | null;
  /** Said after its text. */
  readonly says: string;
}

export interface TokenPaint {
  /** Null: it stays as plain text. */
  markOf(token: number): TokenMark | null;
}

export function paintInk({ key, ground, line }: TokenMark, theme: Theme, text: string): Ink {
  const colors = ground === null ? '' : `background-color: ${ground[theme]}; color: ${text};`;
  const under =
    line === null
      ? ''
      : ` text-decoration: underline ${line} 1.5px; text-underline-offset: 0.2em; text-decoration-skip-ink: none;`;
  return { name: `mixtab-paint-${key}`, css: colors + under, priority: 0 };
}
