// Chat templates: whatever a file brings, rendering it ends within the limits, with a text or with an error for the person.
import { startNodeThread } from '../cli/node-thread.ts';
import type { ChatMessage, EngineErrorCode } from '../engine/api.ts';
import { startAwakeTimer } from '../engine/awake-timer.ts';
import { EngineError } from '../engine/errors.ts';
import type { Rendered } from '../engine/jinja/template.ts';
import type { RenderJob } from '../engine/tokenizer/render-chat.ts';
import { createTemplateRunner, type TemplateRunner } from '../engine/tokenizer/template-runner.ts';
import type { Attack, Outcome } from './attack.ts';

/** Shorter than the engine's, so that many are tried: what would loop for ever does not care. */
const LIMITS = { renderMs: 500, startMs: 30_000 };
/** Long enough for a thread to start and to be ended on a busy machine; beyond it something hangs. */
const PATIENCE_MS = 60_000;
const MAX_TEXT_LENGTH = 4 * 1024 * 1024;
const REFUSALS: ReadonlySet<EngineErrorCode> = new Set(['corrupt-file', 'bad-request', 'template-limit']);

interface TemplateInput {
  /** Joined they are the template; without one of them it may fail as well. */
  readonly pieces: readonly string[];
  readonly messages: readonly ChatMessage[];
}

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const upTo = (random: Random, most: number): number => Math.floor(random() * most);

const WORDS = [
  '',
  'x',
  'Hi\n',
  '<|im_start|>',
  '🜁é\u202e',
  '\u0000',
  '{{',
  '%}',
  "'",
  '\\',
  '<think>',
  '\ud800',
  '  \n\t',
];
const NAMES = [
  'messages',
  'message',
  'loop',
  'ns',
  'x',
  'bos_token',
  'eos_token',
  'tools',
  'range',
  'none',
  'self',
  '__proto__',
];
const FILTERS = [
  ...[
    'trim',
    'length',
    'upper',
    'list',
    'tojson',
    'tojson(indent=999999)',
    'join',
    "join('xx')",
    'reverse',
    'sort',
    'unique',
  ],
  ...[
    'items',
    'first',
    'last',
    'string',
    'int',
    'indent(9999)',
    "replace('x', 'xxxxxxxx')",
    "default('y')",
    'map("upper")',
  ],
  ...[
    "selectattr('role', 'equalto', 'user')",
    'nope',
    'abs',
    'float',
    "map(attribute='content')",
    'capitalize',
    'dictsort',
  ],
  ...['batch(3, "x")', 'slice(2)', 'slice(99999999)', 'batch(99999999, 0)', 'groupby("role")', 'sum', 'min', 'max'],
  ...[
    'round(2)',
    'wordwrap(2)',
    'center(9999)',
    'format(1, 2)',
    'title',
    'urlencode',
    'select',
    'reject("odd")',
    'safe',
  ],
  ...[
    'e',
    'truncate(3)',
    "replace('', 'yy')",
    'xmlattr',
    'striptags',
    'filesizeformat',
    'sort(attribute="role,content")',
  ],
];
const METHODS = [
  '.split("x")',
  '.strip()',
  '.items()',
  '.get("role")',
  '.content',
  '.role',
  '[0]',
  '[1:]',
  '[::-1]',
  '.constructor',
  ...['.format(1, x=2)', '.join(messages)', '.replace("", "ab")', '.center(99999999)', '.zfill(9)', '.rsplit(none, 1)'],
  ...[
    '.partition("x")',
    '.splitlines()',
    '.expandtabs(9999999)',
    '.title()',
    '.encode()',
    '.translate({120: "y"})',
    '[5:1:-2]',
  ],
  '.x',
];
const OPERATORS = ['+', '-', '*', '/', '//', '%', '**', '~', '==', '<', 'in', 'and', 'or', 'is', 'not in'];
const NUMBERS = ['0', '1', '-1', '3', '1000', '1000000', '100000000', '9007199254740993', '1.5', '1e309'];
const BOMBS = [
  '{% for i in range(100000000) %}{% endfor %}',
  '{% for a in range(999999) %}{% for b in range(999999) %}{% endfor %}{% endfor %}',
  '{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}',
  '{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}',
  '{% for i in range(99999) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}',
  '{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}',
  '{% macro g(h, n) %}{{ h(h, n) }}{{ h(h, n) }}{% endmacro %}{{ g(g, 0) }}',
  '{% for x in [[1]] recursive %}{{ loop([x]) }}{% endfor %}',
  "{{ '{:99999999}'.format(x) }}{{ '%9999999d' % 5 }}{{ '%*d' % (99999999, 1) }}",
  '{{ 9 ** 99999 ** 3 }}',
  '{% set ns.x = range(9) %}{% for i in range(9999) %}{% set ns.x = ns.x | map("string") %}{% endfor %}{{ ns.x | list }}',
  '{% call(a) m(1) %}{{ a }}{{ caller() }}{% endcall %}',
  '{% block a %}{{ self.a() }}{% endblock %}',
  "{{ raise_exception('no') }}",
  "{{ strftime_now('%d %B %Y %H:%M %') }}",
];

function expression(random: Random, depth: number): string {
  const inner = (): string => expression(random, depth - 1);
  if (depth <= 0) return pick(random, [...NAMES, ...NUMBERS, JSON.stringify(pick(random, WORDS))]);
  const forms: readonly (() => string)[] = [
    () => `${inner()} ${pick(random, OPERATORS)} ${inner()}`,
    () => `(${inner()})${pick(random, METHODS)}`,
    () => `${inner()} | ${pick(random, FILTERS)}`,
    () => `[${inner()}, ${inner()}]`,
    () => `{${JSON.stringify(pick(random, WORDS))}: ${inner()}}`,
    () => `${inner()} if ${inner()} else ${inner()}`,
    () => `range(${inner()}, ${inner()})`,
    () => `not ${inner()}`,
    () => `namespace(x=${inner()})`,
    () => `${pick(random, NAMES)}(${inner()})`,
  ];
  return pick(random, forms)();
}

function piece(random: Random, depth: number): string {
  const value = (): string => expression(random, upTo(random, 4));
  const inner = (): string => (depth > 0 ? piece(random, depth - 1) : pick(random, WORDS));
  const dash = (): string => pick(random, ['', '-']);
  const forms: readonly (() => string)[] = [
    () => pick(random, WORDS),
    () => `{{${dash()} ${value()} ${dash()}}}`,
    () => `{%${dash()} set ${pick(random, NAMES)} = ${value()} %}`,
    () => `{% set ns.x = ${value()} %}`,
    () => `{% for message in ${value()} %}${inner()}{{ loop.index }}${inner()}{% endfor %}`,
    () => `{% for message in messages %}${inner()}{{ message.role + message.content }}{% endfor %}`,
    () => `{% if ${value()} %}${inner()}{% elif ${value()} %}${inner()}{% else %}${inner()}{% endif %}`,
    () => `{% macro m(a, b=${value()}) %}${inner()}{{ a }}{% endmacro %}{{ m(${value()}) }}`,
    () => `{% if messages | length > ${upTo(random, 4)} %}${pick(random, BOMBS)}{% endif %}`,
    () => pick(random, BOMBS),
    () => nested(random),
    () => garbage(random),
  ];
  return pick(random, forms)();
}

/** Something within itself, up to 20,000 times. */
function nested(random: Random): string {
  const times = 10 ** (1 + random() * 3.3);
  const [open, close] = pick(random, [
    ['{{ (', ') }}'],
    ['(', ')'],
    ['[', ']'],
    ['{% if x %}', '{% endif %}'],
    ['{% for i in [1] %}', '{% endfor %}'],
    ['{{ not ', ' }}'],
    ['1 + ', ''],
    ['x | trim', ''],
    ['{#', '#}'],
  ] as const);
  return `${pick(random, ['', '{{ '])}${open.repeat(times)}1${close.repeat(times)}${pick(random, ['', ' }}'])}`;
}

function garbage(random: Random): string {
  const marks = [
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '#}',
    ' ',
    '\n',
    '"',
    "'",
    '\\',
    '|',
    '.',
    '[',
    '(',
    'if',
    'endfor',
    'x',
    '-',
    '€',
  ];
  const times = 10 ** (random() * 4);
  if (random() < 0.3) return pick(random, marks).repeat(times);
  return Array.from({ length: times / 10 }, () => pick(random, marks)).join('');
}

function someMessages(random: Random): ChatMessage[] {
  const roles = ['system', 'user', 'assistant'] as const;
  return Array.from({ length: upTo(random, 6) }, () => ({
    role: pick(random, roles),
    content: pick(random, WORDS).repeat(10 ** (random() * 4)),
  }));
}

function jobOf({ pieces, messages }: TemplateInput): RenderJob {
  return { template: pieces.join(''), messages, bosToken: '<s>', eosToken: '</s>', addGenerationPrompt: true };
}

export function createTemplateAttack(runner: TemplateRunner): Attack<TemplateInput> {
  return {
    generate: (random) => ({
      pieces: [
        ...(random() < 0.6 ? [`{% set ns = namespace(x=${pick(random, ["'ab'", '[1]', '1'])}) %}`] : []),
        ...Array.from({ length: 1 + upTo(random, 5) }, () => piece(random, 3)),
      ],
      messages: someMessages(random),
    }),
    attempt: async (input) => {
      let isHanging = false;
      const stop = new AbortController();
      const end = startAwakeTimer(PATIENCE_MS, () => {
        isHanging = true;
        stop.abort();
      });
      try {
        return judge(await runner.render(jobOf(input), stop.signal));
      } catch (error) {
        if (isHanging) throw new Error(`No end within ${PATIENCE_MS / 1000} s`, { cause: error });
        return refusal(error);
      } finally {
        end();
      }
    },
    *shrink({ pieces, messages }) {
      if (messages.length > 0) yield { pieces, messages: messages.slice(1) };
      for (const at of pieces.keys()) yield { pieces: pieces.toSpliced(at, 1), messages };
      for (const [at, text] of pieces.entries()) {
        for (const half of [text.slice(0, text.length / 2), text.slice(text.length / 2)])
          if (half !== text) yield { pieces: pieces.with(at, half), messages };
      }
    },
    reproduce: (input) => ({ extension: 'json', content: JSON.stringify(jobOf(input), null, 2) }),
    close: async () => {},
  };
}

function judge({ text, data }: Rendered): Outcome {
  if (typeof text !== 'string') throw new Error(`The template made no text but ${typeof text}`);
  if (text.length > MAX_TEXT_LENGTH) throw new Error(`The template made ${text.length} characters`);
  const isAscending = data.every((at, i) => Number.isInteger(at) && at > (data[i - 1] ?? -1) && at <= text.length);
  if (data.length % 2 === 1 || !isAscending) throw new Error(`The text has data at ${data.join()}`);
  return 'accepted';
}

/** @throws what is no refusal in words for the person. */
function refusal(error: unknown): Outcome {
  if (!(error instanceof EngineError) || !REFUSALS.has(error.code)) throw error;
  if (!error.message.includes('chat template')) throw new Error(`The error names no template: ${error.message}`);
  return 'refused';
}

export async function openAttack(): Promise<Attack<unknown>> {
  return createTemplateAttack(createTemplateRunner(startNodeThread, LIMITS));
}
