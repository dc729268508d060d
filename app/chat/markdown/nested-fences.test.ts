import { describe, expect, test } from 'vitest';
import { widenOuterFences } from './nested-fences.ts';

/** The lines of a text with `'` for backticks, so that it can be read here. */
const lines = (...all: readonly string[]): string => all.join('\n').replaceAll("'", '`');
const whole = (text: string): string => widenOuterFences(text, false);

describe('a Markdown file in a fence, with fences in it', () => {
  test('of as many marks: the outer one is given more', () => {
    const inner = ['# Title', '', "'''bash", 'npm start', "'''", '', 'Then **open** it.'];
    expect(whole(lines('Here:', '', "'''markdown", ...inner, "'''", '', 'Done.'))).toBe(
      lines('Here:', '', "''''markdown", ...inner, "''''", '', 'Done.'),
    );
  });

  test.each([
    ['several', ["'''bash", 'a', "'''", "'''js", 'b', "'''"]],
    ['a Markdown fence with one in it', ["'''md", "'''sh", 'a', "'''", "'''"]],
    ['in a list', ['1. One', "   '''bash", '   a', "   '''"]],
    ['other marks, without a language', ['~~~', "'''", '~~~', "'''js", "'''"]],
    ['text in code that looks like an opening', ["'''text", "'''js", "'''"]],
  ])('%s', (_name, inner) => {
    expect(whole(lines("'''md", ...inner, "'''", 'After.'))).toBe(lines("''''md", ...inner, "''''", 'After.'));
  });

  test('longer inner marks, wherever the outer one stands', () => {
    expect(whole(lines("- '''markdown", "  '''''js", "  '''''", "  '''"))).toBe(
      lines("- ''''''markdown", "  '''''js", "  '''''", "  ''''''"),
    );
    expect(whole('~~~mdx\n~~~js\n~~~\n~~~')).toBe('~~~~mdx\n~~~js\n~~~\n~~~~');
  });

  test.each([
    ['nothing in it', ["'''markdown", '# T', "'''", '', "'''bash", 'a', "'''"]],
    ['marks that do not add up', ["'''markdown", "'''bash", 'a', "'''", '', 'Text.']],
    [
      'marks that add up by the book alone',
      ["'''markdown", "'''bash", "'''", 'Text', "'''", 'a', "'''", "'''", 'b', "'''", "'''js", "'''", "'''"].slice(
        0,
        7,
      ),
    ],
    ['another language', ["'''text", "'''bash", "'''", "'''"]],
    ['inside other code', ["''''text", "'''markdown", "'''bash", "'''", "'''", "''''"]],
    ['inline code', ["'''markdown''' and '''bash'''"]],
    ['a language that begins so', ["'''mdash", "'''bash", "'''", "'''"]],
  ])('stays as the book has it: %s', (_name, text) => {
    expect(whole(lines(...text))).toBe(lines(...text));
  });

  test('while it is written, nothing leaves the outer fence before that is closed', () => {
    const text = lines("'''markdown", "'''bash", 'a', "'''", 'Then **open** it.', "'''", 'Done.');
    const closed = text.length - '\nDone.'.length;
    for (let length = text.indexOf('bash') + 4; length <= text.length; length++) {
      const shown = widenOuterFences(text.slice(0, length), true);
      expect(shown.startsWith('````markdown\n')).toBe(true);
      expect(shown.includes('\n````')).toBe(length >= closed);
    }
  });
});
