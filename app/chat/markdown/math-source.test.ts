import { describe, expect, test } from 'vitest';
import { extractMath, withSources } from './math-source.ts';

const found = (text: string): string[] =>
  extractMath(text).formulas.map(({ tex, display }) => (display ? '▮' : '') + tex);

describe('extractMath', () => {
  test.each([
    ['inline $x_1 + y_2$ and on', ['x_1 + y_2']],
    ['$a$, $b$; ($c$)', ['a', 'b', 'c']],
    [String.raw`so \(x^2\) it is`, ['x^2']],
    ['before $$x^2$$ after', ['▮x^2']],
    ['$$\nx\n+ y\n$$', ['▮x\n+ y']],
    [String.raw`\[ \frac{1}{2} \]`, [String.raw`▮\frac{1}{2}`]],
    [String.raw`$\$5$ is money in mathematics`, [String.raw`\$5`]],
    ['$5x + 3$ is a formula', ['5x + 3']],
    ['**bold $x$**', ['x']],
    [String.raw`$x \in S$ 3 times, $n = R$. And $N$ 10.`, [String.raw`x \in S`, 'n = R', 'N']],
    ['half is $1/R$, and $2 = A$', ['1/R', '2 = A']],
    ['$1 = R$ 5,40, but $x = 2$', ['x = 2']],
  ])('%j', (text, formulas) => expect(found(text)).toEqual(formulas));

  test.each([
    'It costs $5 and $10.',
    'From $5 to $10, or US$7/US$8.',
    'between $5-$10',
    '$5 dollars, or 10$ more',
    'echo $HOME/$USER and $PATH',
    String.raw`\$x\$`,
    '`$x$` and ``a ` $y$``',
    '```sh\necho $a $b$\n\n$x$\n```',
    '- item\n  ```\n  $x$\n  ```',
    '~~~\n$$x$$',
    '$not\n\nclosed$ in its paragraph',
    '$ x $',
    '$$$$',
    String.raw`\(\)`,
    '$unclosed',
    String.raw`\\(x\\)`,
    'The rate is $1 = R$ 5,40 today.',
    'It was $65, R$ 350 with tax.',
    'Pay $9/S$ 12 at the door.',
    'About $5 = A$ 7.60, or $1≈HK$ 7.8',
    '$100 (NT$ 3.000) and $20 (US$)',
    '$1 = C$\u00a01.36, $1 = Mex$ 18, $1 / NZ$ 1.7',
    'from R$ 5 to R$ 7, S$12/S$14',
    '$.50 = US$ 0,50',
  ])('leaves %j alone', (text) => {
    expect(found(text)).toEqual([]);
    expect(extractMath(text).markdown).toBe(text);
  });

  test('gives back what was written', () => {
    const text = String.raw`a $x_1$ b \[y\] c $$z$$`;
    const { markdown, formulas } = extractMath(text);
    expect(markdown).not.toContain('x_1');
    expect(withSources(markdown, formulas)).toBe(text);
  });

  test('marks that stand in a text already are no formulas', () => {
    const text = 'a \uE0000\uE001 $x$';
    expect(extractMath(text)).toEqual({ markdown: text, formulas: [] });
  });

  test('ten thousand opening delimiters are read once each, not once for each other', () => {
    const hostile = String.raw`\(a `.repeat(10_000);
    expect(found(hostile)).toEqual([]); // would take minutes
  });
});
