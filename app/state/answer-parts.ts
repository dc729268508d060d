/** Puts together the parts of an answer as its tokens arrive, and measures how long the model reasons. */
import type { Channel, GeneratedToken, ToolCall } from '../../engine/api.ts';
import type { AssistantMessage } from './conversation.ts';
import { MAX_ANSWER_TOKENS } from './records/bounds.ts';

export type AnswerParts = Pick<AssistantMessage, 'content' | 'reasoning' | 'toolCalls' | 'reasoningMs'>;

export class AnswerBuilder {
  #content: string;
  #reasoning: string;
  readonly #earlierCalls: readonly ToolCall[];
  readonly #calls: string[] = [];
  /** Null where not all ids are known, or they are too many to keep. */
  #ids: number[] | null;
  #channel: Channel | null = null;
  #startedAt: number | null = null;
  #reasoningMs: number | null;
  /** What an answer that goes on had reasoned for before. */
  readonly #earlierMs: number;

  /** @param before the answer as it is: empty, or what is to go on */
  constructor(before: AssistantMessage) {
    this.#content = before.content;
    this.#reasoning = before.reasoning ?? '';
    this.#earlierCalls = before.toolCalls;
    const isNew = before.content === '' && before.reasoning === null && before.toolCalls.length === 0;
    this.#ids = isNew ? [] : before.tokens === null ? null : [...before.tokens];
    this.#reasoningMs = before.reasoningMs;
    this.#earlierMs = before.status.kind === 'done' ? before.status.timings.decodeMs : 0;
  }

  /** @param now in ms */
  add({ id, channel, text }: GeneratedToken, now: number): void {
    this.#startedAt ??= now;
    this.#ids?.push(id);
    // Of a server's tokens only the texts are known.
    if (id < 0 || (this.#ids !== null && this.#ids.length > MAX_ANSWER_TOKENS)) this.#ids = null;
    const isOver = this.#reasoning !== '' && channel !== 'reasoning' && text !== '';
    if (isOver) this.#reasoningMs ??= this.#earlierMs + now - this.#startedAt;
    switch (channel) {
      case 'reasoning':
        this.#reasoning += text;
        break;
      case 'answer':
        this.#content += text;
        break;
      case 'tool-call':
        if (this.#channel !== 'tool-call') this.#calls.push('');
        this.#calls.push((this.#calls.pop() ?? '') + text);
        break;
      default:
        channel satisfies never;
    }
    this.#channel = channel;
  }

  get parts(): AnswerParts {
    return {
      content: this.#content,
      reasoning: this.#reasoning === '' ? null : this.#reasoning,
      toolCalls: [...this.#earlierCalls, ...this.#calls.filter((call) => call.trim() !== '').flatMap(callsOf)],
      reasoningMs: this.#reasoningMs,
    };
  }

  /** When no more are to come. */
  get tokens(): readonly number[] | null {
    return this.#ids;
  }
}

/** One call, or several in a row: the engine tells them apart by empty lines, which a call may have itself. */
export function callsOf(written: string): readonly ToolCall[] {
  const whole = callOf(written);
  if (whole.name !== '') return [whole];
  const each = written
    .trim()
    .split(/\n{2,}/)
    .map(callOf);
  // The last may be on its way.
  return each.slice(0, -1).every(({ name }) => name !== '') ? each : [whole];
}

/** Name and arguments of a call, where they are JSON, or a name above JSON; else all that was written. */
function callOf(written: string): ToolCall {
  const text = written.trim();
  const [, name = '', rest = ''] = /^([\w.-]+)\s*\n(\{[^]*\})$/.exec(text) ?? [];
  if (name !== '' && jsonOf(rest) !== null) return { name, arguments: rest };
  const call = jsonOf(text);
  const [called, given] = [call?.['name'], call?.['arguments'] ?? call?.['parameters']];
  if (typeof called !== 'string' || called === '') return { name: '', arguments: text };
  return { name: called, arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}) };
}

function jsonOf(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
