import { describe, expect, test } from 'vitest';
import { CONVERSATIONS, SETTINGS, TEMPLATE_CASES } from '../../oracle/templates/conversations.ts';
import { answerHash, collectedTemplates } from '../../oracle/templates/collected.ts';
import { loadCollectedGoldens, loadSnippetGoldens } from '../../oracle/templates/load-golden.ts';
import { SNIPPETS, SNIPPET_VARIABLES } from '../../oracle/templates/snippets.ts';
import { type Data, toValue } from './data.ts';
import { textOf, isStr } from './marked-text.ts';
import { strftime } from './strftime.ts';
import { type Rendered, Template, TemplateError, TemplateLimitError, TemplateSyntaxError } from './template.ts';
import { NativeFunction, type Value } from './values.ts';

/** The time of the oracle. */
const NOW = new Date(2026, 2, 9, 14, 5, 7);
const strftimeNow = new NativeFunction('strftime_now', ({ positional: [format = ''] }) =>
  strftime(NOW, isStr(format) ? textOf(format) : ''),
);

type Variables = Readonly<Record<string, Data>>;

function render(template: string, variables: Variables = {}, text?: (text: string) => Value): Rendered {
  const values = Object.entries(variables).map(([name, value]) => [name, toValue(value, text)] as const);
  return new Template(template).render(new Map<string, Value>([['strftime_now', strftimeNow], ...values]));
}

/** The text, or undefined where the template refuses. */
function answer(template: string, variables: Variables, text?: (text: string) => Value): string | undefined {
  try {
    return render(template, variables, text).text;
  } catch (error) {
    // What goes too deep for us does so for Python.
    if ([TemplateError, TemplateSyntaxError, TemplateLimitError].some((kind) => error instanceof kind))
      return undefined;
    throw error;
  }
}

describe('the same as jinja2', () => {
  const goldens = loadSnippetGoldens();

  test('there is a golden for each snippet', () => expect(goldens).toHaveLength(SNIPPETS.length));

  test.each(SNIPPETS.map((template, i) => [template, goldens[i]] as const))('%j', (template, golden) => {
    const wanted = golden !== undefined && 'text' in golden ? golden.text : undefined;
    expect(answer(template, SNIPPET_VARIABLES)).toBe(wanted);
    // And where the texts are the template's own.
    expect(answer(template, SNIPPET_VARIABLES, (text) => text)).toBe(wanted);
  });
});

const collectedGoldens = loadCollectedGoldens();
const templates = collectedTemplates().filter(({ hash }) => collectedGoldens.has(hash));

describe.skipIf(templates.length === 0)('collected templates of real models', () => {
  test.each(templates)('$hash', ({ hash, template }) => {
    const got = TEMPLATE_CASES.map(({ variables }) => answerHash(answer(template, variables)));
    const names = TEMPLATE_CASES.filter((_, i) => got[i] !== collectedGoldens.get(hash)?.[i]).map(({ name }) => name);
    expect(names).toEqual([]);
  });

  // Escaped, private letters are others.
  const readable = templates.filter(({ template }) => !template.includes('ensure_ascii'));
  test.each(readable)('$hash knows what is its own', ({ template }) => {
    for (const messages of Object.values(CONVERSATIONS)) {
      const variables = { bos_token: '<s>', eos_token: '</s>', ...SETTINGS['plain'], tools: null, messages };
      expectPrivate(template, variables, (text) => (ROLES.has(text) ? text : undefined));
    }
  });
});

const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant', 'tool', '<s>', '</s>', 'function']);
const FIRST_PRIVATE = 0xe000;

/** Letters of a plane that no template writes: what came from the data can be told by looking. */
function inPrivate(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => String.fromCharCode(FIRST_PRIVATE + letter.charCodeAt(0)));
}

/** Renders with all data in private letters, and looks that just those are marked. */
function expectPrivate(template: string, variables: Variables, own: (text: string) => Value | undefined): void {
  const asData = (text: string): Value => own(text) ?? toValue(inPrivate(text));
  let rendered: Rendered;
  try {
    const values = Object.entries(variables).map(([name, value]) => [name, named(value, asData)] as const);
    rendered = new Template(template).render(new Map<string, Value>([['strftime_now', strftimeNow], ...values]));
  } catch (error) {
    if (error instanceof TemplateError || error instanceof TemplateLimitError) return;
    throw error;
  }
  const { text, data } = rendered;
  const isMarked = new Uint8Array(text.length);
  for (let i = 0; i < data.length; i += 2) isMarked.fill(1, data[i], data[i + 1]);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isPrivate = unit >= FIRST_PRIVATE && unit < FIRST_PRIVATE + 256;
    if (isPrivate !== (isMarked[i] === 1) && (isPrivate || /[a-z|]/i.test(text[i] ?? ''))) {
      throw new Error(`${isPrivate ? 'data' : 'the template’s own'} at ${i}: ${text.slice(i - 30, i + 10)}`);
    }
  }
}

/** As `toValue`, with the names of a message's parts as they are. */
function named(data: Data, text: (text: string) => Value): Value {
  return toValue(data, (each) => (NAMES.has(each) ? each : text(each)));
}

const NAMES: ReadonlySet<string> = new Set([
  ...['role', 'content', 'name', 'reasoning_content', 'thinking', 'tool_calls', 'tool_call_id', 'id', 'type'],
  ...['function', 'arguments'],
]);

describe('what came from the data', () => {
  /** Data in brackets. */
  function shown(template: string, variables: Variables): string {
    const { text, data } = render(template, variables);
    let shownText = '';
    for (let at = 0; at <= text.length; at++) {
      if (data.some((edge, i) => edge === at && i % 2 === 1)) shownText += ']';
      if (data.some((edge, i) => edge === at && i % 2 === 0)) shownText += '[';
      shownText += text[at] ?? '';
    }
    return shownText;
  }

  test.each([
    ['{{ "<" + x + ">" }}', '<[ab c]>'],
    ['{{ "<" ~ x ~ 1 }}', '<[ab c]1'],
    ['{{ x | trim }}{{ x.strip("a") }}', '[ab cb c]'],
    ['{{ x[1:] }}-{{ x[0] }}-{{ x[::-1] }}-{{ (x + "!")[::-1] }}', '[b c]-[a]-[c ba]-![c ba]'],
    ['{{ x.split(" ") | join("|") }}', '[ab]|[c]'],
    ['{{ x.replace("b", "B") }} {{ "x-x".replace("-", x) }}', '[a]B[ c] x[ab c]x'],
    ['{{ x | upper }}{{ ("ß" + x) | upper }}', '[AB C]SS[AB C]'],
    ['{{ "%s|%5s|%r" % (x, x, x) }}', "[ab c]| [ab c]|'[ab c]'"],
    ['{{ "{}|{:>6}|{!r}".format(x, x, x) }}', "[ab c]|  [ab c]|'[ab c]'"],
    ['{{ x | indent }}{{ "a\nb" | indent(x) }}', '[ab c]a\n[ab c]b'],
    ['{{ x | tojson }}{{ [x] }}{{ {x: 1} }}', "\"[ab c]\"['[ab c]']{'[ab c]': 1}"],
    ['{{ x | length }}{{ x in "ab c" }}{{ x == "ab c" }}', '4TrueTrue'],
    ['{% set y %}<{{ x }}>{% endset %}{{ y | replace("<", "(") }}', '([ab c]>'],
    ['{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(x) }}{{ m(x)[1:] }}', '<[ab c]><[ab c]>'.replace('><', '>')],
    ['{% filter upper %}a{{ x }}{% endfilter %}', 'A[AB C]'],
    ['{% for c in x %}{{ c }}.{% endfor %}', '[a].[b].[ ].[c].'],
    ['{{ x | urlencode }}{{ "a b" | urlencode }}', '[ab%20c]a%20b'],
    ['{{ ("<" + x) | e }}{{ x | capitalize }}{{ x | title }}', '&lt;[ab cAb cAb C]'],
    ['{{ x * 2 }}{{ ("-" + x) * 2 }}', '[ab cab c]-[ab c]-[ab c]'],
    ['{{ x | center(6) }}{{ x.zfill(6) }}{{ x.partition(" ") | join("") }}', ' [ab c] 00[ab cab c]'],
    ['{{ x | default("d") }}{{ y | default("d") }}{{ x or "d" }}', '[ab c]d[ab c]'],
    ['{{ d.k }}{{ d | dictsort }}{% for k, v in d.items() %}{{ k }}={{ v }}{% endfor %}', "[v][('[k]', '[v]')][k]=[v]"],
  ])('%s', (template, text) => {
    expect(shown(template, { x: 'ab c', d: { k: 'v' } })).toBe(text);
  });
});

describe('limits', () => {
  test.each([
    ['a number without end', '{{ 9 ** (9 ** 9) }}'],
    [
      'a list of itself',
      '{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}',
    ],
    [
      'equal lists of themselves',
      '{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}',
    ],
    ['a macro of itself', '{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}'],
    ['two macros of themselves', '{% macro g(h, n) %}{{ h(h, n) }}{{ h(h, n) }}{% endmacro %}{{ g(g, 0) }}'],
    ['a recursive loop', '{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}'],
    [
      'filters on filters',
      '{% set ns = namespace(x=range(9)) %}{% for i in range(99999) %}{% set ns.x = ns.x | map("string") %}{% endfor %}{{ ns.x | list }}',
    ],
    ['a wide field', "{{ '{:999999999}'.format(1) }}"],
    ['a wide number', "{{ '%0999999999d' % 1 }}"],
    ['a deep indent', '{{ [[[[1]]]] | tojson(indent=9999999) }}'],
    ['a text many times', "{{ 'abc' * 99999999 }}"],
    ['a list many times', '{{ [1] * 99999999 }}'],
    ['a batch to be filled', '{{ [1] | batch(99999999, 0) | list }}'],
    ['slices without end', '{{ [1] | slice(999999999) | list }}'],
    ['replacing nothing', "{% set x = 'a' * 4000000 %}{{ x.replace('', 'bcd') }}"],
    ['dots', `{{ x${'.a'.repeat(100_000)} }}`],
    ['signs', `{{ ${'-'.repeat(100_000)}1 }}`],
    ['nots', `{{ ${'not '.repeat(50_000)}1 }}`],
    ['lists in lists', `{{ ${'['.repeat(50_000)} }}`],
    ['filters', `{{ 1${' | abs'.repeat(40_000)} }}`],
    ['else if', `{{ 1 ${'if 1 else 1 '.repeat(20_000)} }}`],
  ])('%s', (_, template) => {
    const start = performance.now();
    expect(() => render(template)).toThrow(/too|recursion|call stack|far/i);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  test('unlike what only looks large', () => {
    expect(render(`{{ 1${' + 1'.repeat(400)} }}`).text).toBe('401');
    expect(render(`{{ ''${" ~ 'a'".repeat(5000)} }}`).text).toHaveLength(5000);
    expect(render(`${'{% if true %}'.repeat(150)}x${'{% endif %}'.repeat(150)}`).text).toBe('x');
    expect(() => render('{{ [1] | nope }}')).not.toThrow(TemplateLimitError);
  });

  test('10,000 messages take about a second', () => {
    const template = `{{ bos_token }}{%- for m in messages %}
      {%- if m.role == 'user' %}{{- '<|im_start|>user\\n' + m.content | trim + '<|im_end|>\\n' }}
      {%- elif m.role == 'assistant' %}{%- set content = m.content.split('</think>')[-1].lstrip('\\n') %}
        {%- if m.reasoning_content is string and loop.index0 > messages | length - 3 %}{{- m.reasoning_content }}{%- endif %}
        {{- '<|im_start|>assistant\\n' + content + '<|im_end|>\\n' }}
      {%- endif %}
    {%- endfor %}`;
    const messages = Array.from({ length: 10_000 }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: `<think>hm</think>\n${'word '.repeat(50)}${i}`,
    }));
    const values = toValue({ messages }, (text) => (ROLES.has(text) ? text : toValue(text)));
    const start = performance.now();
    const parsed = new Template(`{% set messages = all['messages'] %}${template}`);
    expect(parsed.render(new Map([['all', values]])).text.length).toBeGreaterThan(2_000_000);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
