/** Makes Markdown: words that mean something to a parser, in any order, repeated, nested and cut off. */

const ATOMS: readonly string[] = [
  ...[
    'a',
    'word',
    ' ',
    ' ',
    '\n',
    '\n',
    '\n\n',
    '\t',
    '  ',
    '    ',
    '\r\n',
    '\0',
    '\ud800',
    '\u00a0',
    '\u202e',
    'שלום',
    '日本',
    '👩‍👩‍👧',
    'e\u0301',
  ],
  ...[
    '*',
    '**',
    '***',
    '_',
    '__',
    '~',
    '~~',
    '`',
    '``',
    '```',
    '~~~',
    '```js\n',
    '```markdown\n',
    '~~~md\n',
    '\n```\n',
  ],
  ...[
    '[',
    ']',
    '(',
    ')',
    '![',
    '](',
    '[a]',
    '[^1]',
    '\n[^1]: ',
    '\n[a]: /b "c"\n',
    '[x](mailto:%E0%A4%A)',
    '<mailto:%FF@x.org>',
    '[x](#%E0)',
    '[b](https://c.org)',
    '![i](https://c.org/d.png)',
  ],
  ...[
    '<',
    '>',
    '</',
    '<!--',
    '-->',
    '<?',
    '<![CDATA[',
    ']]>',
    '<div>',
    '<br>',
    '<script>',
    '<pre>',
    '<details>\n',
    '&amp;',
    '&#0;',
    '&',
    ';',
    '%',
    '#',
  ],
  ...[
    '\n> ',
    '\n>',
    '\n- ',
    '\n* ',
    '\n+ ',
    '\n1. ',
    '\n2) ',
    '\n- [ ] ',
    '\n- [x] ',
    '\n  - ',
    '\n    - ',
    '- ',
    '> ',
    '1. ',
    '\n-\n',
  ],
  ...[
    '\n# ',
    '\n###### ',
    '\n---\n',
    '\n===\n',
    '\n***\n',
    '|',
    ' | ',
    '\n| a | b |\n| - | -: |\n',
    '\n| 1 | 2 |',
    '\n|',
    '\\|',
  ],
  ...[
    '$',
    '$$',
    '\\(',
    '\\)',
    '\\[',
    '\\]',
    '$x$',
    '$\\sqrt{',
    '}',
    '{',
    '\\frac',
    '\\left(',
    '\\right)',
    '\\begin{matrix}',
    '\\end{matrix}',
    '\\def\\a{\\a}',
    '\\a',
    '^{',
    '_{',
    '\\text{',
    '&',
    '\\\\',
    'R$ 5',
  ],
  ...[
    'http://',
    'https://a.b/c',
    'www.',
    'a@b.co',
    '@',
    '.',
    ':',
    '!',
    '\\',
    '\\*',
    '"',
    "'",
    '=',
    '-',
    '+',
    '\uE000',
    '\uE0000\uE001',
    '<think>',
    '</think>',
    '__proto__',
    'constructor',
  ],
];

const MOST_ATOMS = 60;
const MOST_REPEATS = 5000;
const LONGEST = 100_000; // characters

export function markdownText(random: () => number): string {
  const upTo = (limit: number): number => Math.floor(random() * limit);
  /** Small numbers often, large ones sometimes. */
  const skewed = (limit: number): number => Math.floor(limit ** random());
  const atoms = (most: number): string =>
    Array.from({ length: 1 + upTo(most) }, () => ATOMS[upTo(ATOMS.length)] ?? '').join('');

  let text = '';
  for (let part = 1 + upTo(4); part > 0; part--) {
    const kind = random();
    if (kind < 0.5) text += atoms(MOST_ATOMS);
    else if (kind < 0.75) text += atoms(4).repeat(skewed(MOST_REPEATS));
    else if (kind < 0.9) {
      const levels = skewed(1000);
      text += atoms(2).repeat(levels) + atoms(6) + atoms(2).repeat(levels);
    } else {
      const unit = atoms(3);
      text += Array.from({ length: skewed(300) }, (_, index) => `${' '.repeat(index)}${unit}${index}\n`).join('');
    }
    if (random() < 0.5) text += '\n\n';
  }
  return text.slice(0, LONGEST);
}
