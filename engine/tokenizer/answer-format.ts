import type { ChatMessage } from '../api.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A part of an answer that stands between marks. */
export interface BlockMarks {
  readonly channel: 'reasoning' | 'tool-call';
  readonly open: string;
  /** Null: the block goes on to the end of the answer. */
  readonly close: string | null;
  /** A word behind the opening mark that belongs to it. */
  readonly label?: string;
  /** What the model writes between the block and what follows, the closing mark with its white space. */
  readonly ending: string;
}

/** Blocks within the answer's text: `<think>…</think>`, and what else models have in its place. */
export interface TaggedFormat {
  readonly kind: 'tagged';
  readonly blocks: readonly BlockMarks[];
  /** Marks that are control tokens: they have no text, and what is spelled like them is none. */
  readonly controls: ReadonlySet<string>;
}

/** The messages of gpt-oss: `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…`. */
export interface HarmonyFormat {
  readonly kind: 'harmony';
  readonly controls: ReadonlySet<string>;
}

/** How a model marks what its answers consist of. */
export type AnswerFormat = TaggedFormat | HarmonyFormat;

export const HARMONY_MARKS = [
  '<|start|>',
  '<|channel|>',
  '<|message|>',
  '<|constrain|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
] as const;
export type HarmonyMark = (typeof HARMONY_MARKS)[number];

type KnownMarks = Omit<BlockMarks, 'channel' | 'ending'>;

/** As published models have them; others are found by what their templates write. */
const REASONING_MARKS: readonly KnownMarks[] = [
  { open: '<think>', close: '</think>' },
  { open: '[THINK]', close: '[/THINK]' }, // Mistral
  { open: '◁think▷', close: '◁/think▷' }, // Kimi
  { open: '<|START_THINKING|>', close: '<|END_THINKING|>' }, // Cohere
  { open: '<|channel>', close: '<channel|>', label: 'thought' }, // Gemma 4
  { open: 'Here are my reasoning steps:', close: '[BEGIN FINAL RESPONSE]' }, // Apriel
];

/** `</seed:think>`, `</mm:think>`, `</think:opensource>`, `</thinking>` */
const THINK_TAG = /<\/((?:\w+:)?think(?:ing)?(?::\w+)?)>/g;

const TOOL_MARKS: readonly KnownMarks[] = [
  { open: '<tool_call>', close: '</tool_call>' },
  { open: '<seed:tool_call>', close: '</seed:tool_call>' },
  { open: '<minimax:tool_call>', close: '</minimax:tool_call>' },
  { open: '<TOOLCALL>', close: '</TOOLCALL>' }, // Nemotron
  { open: '<|tool_call>', close: '<tool_call|>' }, // Gemma 4
  { open: '<|tool_call_start|>', close: '<|tool_call_end|>' }, // LFM2
  { open: '<|tool_calls_section_begin|>', close: '<|tool_calls_section_end|>' }, // Kimi
  { open: '<｜tool▁calls▁begin｜>', close: '<｜tool▁calls▁end｜>' }, // DeepSeek
  { open: '<|START_ACTION|>', close: '<|END_ACTION|>' }, // Cohere
  { open: '[TOOL_CALLS]', close: null }, // Mistral
  { open: '<|python_tag|>', close: null }, // Llama
];

/** Words that no template has; no letter of them is changed by `title`, `lower` and the like without our noticing. */
const QUESTION = 'qzkquestionqzk';
const REASONING = 'qzkthoughtqzk';
const CONTENT = 'qzkanswerqzk';

/** A mark is short, and no sentence. */
const LONGEST_MARK = 40;

/** Writes messages with the model's chat template. @throws where it refuses them */
export type Render = (messages: readonly ChatMessage[], addGenerationPrompt: boolean) => Promise<string>;

/**
 * How a model marks the parts of its answers: by what its template writes around the reasoning of an earlier answer, and by known
 * marks that the template or the vocabulary has. Found once, when the model is loaded.
 *
 * @param template its source
 * @throws only what `render` rejects with where that is no refusal
 */
export async function answerFormat(template: string, tokenizer: Tokenizer, render: Render): Promise<AnswerFormat> {
  const isControl = (mark: string): boolean => {
    const id = tokenizer.idOf(mark);
    return id !== undefined && tokenizer.isSpecial(id) && tokenizer.bytes(id).length === 0;
  };
  const isToken = (mark: string): boolean => {
    const id = tokenizer.idOf(mark);
    return id !== undefined && tokenizer.isSpecial(id);
  };
  const controlsOf = (marks: readonly (string | null)[]): ReadonlySet<string> =>
    new Set(marks.filter((mark) => mark !== null && isControl(mark)) as string[]);
  if ((['<|start|>', '<|channel|>', '<|message|>'] as const).every(isToken))
    return { kind: 'harmony', controls: controlsOf(HARMONY_MARKS) };

  const isKnown = ({ open, close }: KnownMarks): boolean =>
    [open, close].some((mark) => mark !== null && template.includes(mark)) ||
    (isToken(open) && (close === null || isToken(close)));
  const written = await writtenReasoning(render);
  const tags = [...template.matchAll(THINK_TAG)].map(([close, name = '']) => ({ open: `<${name}>`, close }));
  const known = [...REASONING_MARKS.filter(isKnown), ...tags];
  const firsts = known.filter(({ open }, i) => known.findIndex((other) => other.open === open) === i);
  const reasoning = firsts.map((marks): BlockMarks => {
    // What opens the answer's text may stand behind the closing mark: `<|END_THINKING|><|START_TEXT|>`.
    const isWritten = written !== null && marks.close !== null && written.close.startsWith(marks.close);
    return { ...marks, channel: 'reasoning', ending: isWritten ? written.ending : usualEnding(marks) };
  });
  if (written !== null && !reasoning.some(({ close }) => close !== null && written.close.startsWith(close)))
    reasoning.unshift({ channel: 'reasoning', ...written, close: closingToken(written.close, isControl) });
  const tools = TOOL_MARKS.filter(isKnown).map((marks): BlockMarks => {
    return { ...marks, channel: 'tool-call', ending: usualEnding(marks) };
  });
  const blocks = [...reasoning, ...tools];
  return { kind: 'tagged', blocks, controls: controlsOf(blocks.flatMap(({ open, close }) => [open, close])) };
}

/** Whether it tells reasoning from answers. */
export function marksReasoning(format: AnswerFormat): boolean {
  return format.kind === 'harmony' || format.blocks.some(({ channel }) => channel === 'reasoning');
}

/** What ends a thought of gpt-oss, and begins its answer. */
export const HARMONY_ENDING = '<|end|><|start|>assistant<|channel|>final<|message|>';

function usualEnding({ close }: KnownMarks): string {
  if (close === null) return '';
  return close.startsWith('</') ? `\n${close}\n\n` : close;
}

/** Whether people would write such a mark in a text about models: then it means something in its place alone. */
export function isWordy(mark: string): boolean {
  return /^[<[]\/?[\w:]+[>\]]$/.test(mark);
}

/** The marks that a template writes around the reasoning of the last answer, where it does. */
async function writtenReasoning(render: Render): Promise<{ open: string; close: string; ending: string } | null> {
  const question: ChatMessage = { role: 'user', content: QUESTION };
  const answer: ChatMessage = { role: 'assistant', content: CONTENT, reasoning: REASONING };
  let text: string;
  let opening: string;
  try {
    text = await render([question, answer], false);
    opening = await render([question], true);
  } catch {
    return null; // a template that cannot be run says so when it is used
  }
  const at = text.indexOf(REASONING);
  const end = at + REASONING.length;
  const next = text.indexOf(CONTENT, end);
  if (at < 0 || next < 0) return null;
  const ending = text.slice(end, next);
  const close = ending.trim();
  const before = text.slice(text.lastIndexOf(QUESTION, at) + QUESTION.length, at).trimEnd();
  // The mark is what comes last before the reasoning: behind what opens every answer, or at its end.
  const header = commonBeginning(opening.slice(opening.lastIndexOf(QUESTION) + QUESTION.length), before);
  const own = before.slice(header.length).trim();
  const open = lastTag(own === '' ? (/\S+$/.exec(before)?.[0] ?? '') : own);
  return isMark(open) && isMark(close) ? { open, close, ending } : null;
}

function isMark(text: string): boolean {
  return text !== '' && text.length <= LONGEST_MARK && !text.includes('\n') && /^[^\p{L}\p{N}\s]/u.test(text);
}

/** `<|assistant|><think>` → `<think>` */
function lastTag(open: string): string {
  return /[<[][^<[]*$/.exec(open)?.[0] ?? open;
}

/**
 * Control tokens come one by one: of several that close a thought, the first; with words between them, the last, because those
 * words are no answer.
 */
function closingToken(close: string, isControl: (mark: string) => boolean): string {
  const tags = close.match(/<[^<>]+>/g)?.filter(isControl) ?? [];
  const [first = close] = tags;
  return tags.join('') === close ? first : (tags.at(-1) ?? close);
}

function commonBeginning(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
