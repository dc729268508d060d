import { expect, test } from 'vitest';
import { MAX_LEVELS, nestingOf } from './formula-nesting.ts';

test.each([
  ['x', 0],
  [String.raw`\frac{1}{\sqrt{2}}`, 2],
  [String.raw`\left( \left[ x \right] \right)`, 2],
  [String.raw`\begin{pmatrix} a_{1} & b \end{pmatrix} + {c}`, 2],
  [String.raw`\{ x \} \\ \leftarrow \rightarrow`, 0],
])('%s nests %i deep', (tex, levels) => expect(nestingOf(tex)).toBe(levels));

test.each([
  String.raw`\sqrt{`.repeat(150),
  String.raw`\overline{`.repeat(200),
  'x^{'.repeat(300),
  'x_{'.repeat(300),
  String.raw`\left(`.repeat(100),
  String.raw`\begin{matrix}`.repeat(100),
  String.raw`\frac\frac`.repeat(100),
  String.raw`\frac{1}{1+`.repeat(80),
  String.raw`\text{`.repeat(80),
  String.raw`\def\a{`.repeat(80),
  '{'.repeat(1000),
])('nests too deep: %s', (tex) => expect(nestingOf(tex)).toBeGreaterThan(MAX_LEVELS));
