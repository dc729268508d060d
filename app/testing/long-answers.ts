/** Answers of about 45 kB, in which one thing near the start once made all of it one block that was parsed for every token. */
const line = (index: number): string => `Sentence number ${index} of a **long** answer that \`goes\` on.`;
const lines = (count: number, write: (index: number) => string, separator = '\n'): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(separator);
const PLAIN = lines(160, (index) => lines(5, (k) => line(index + k), ' '), '\n\n');

export const LONG_ANSWERS: Readonly<Record<string, string>> = {
  plain: PLAIN,
  listFence: `1. Install:\n\n   \`\`\`bash\n   npm ci\n   \`\`\`\n\n2. Run it.\n\n${PLAIN}`,
  htmlLine: `<details>\n\n${PLAIN}`,
  footnote: `As said[^1].\n\n${PLAIN}\n\n[^1]: There.`,
  footnoteFirst: `As said[^1].\n\n[^1]: There.\n\n${PLAIN}`,
  link: `See [this].\n\n[this]: https://example.org/\n\n${PLAIN}`,
  table: `| n | square |\n| - | - |\n${lines(1300, (index) => `| ${index} | **${index * index}** and \`x${index}\` |`)}`,
  list: lines(900, (index) => `- Item **${index}** with some \`code\` and more words`),
  looseList: lines(700, (index) => `- Item **${index}** with some \`code\` and more words`, '\n\n'),
  nestedList: lines(450, (index) => `- Item **${index}** with\n  - some \`code\` and more words in it\n  - and others`),
  quote: lines(160, (index) => `> ${line(index)}`, '\n>\n'),
  paragraph: lines(700, line, ' '),
  poem: lines(700, line),
  code: `\`\`\`js\n${lines(900, (index) => `const name${index} = [${index}, 'text']; // words`)}`,
};
