/** Plays a recorded answer back: question, then token by token as they came, with their routing. No model, no graphics processor. */
import type { StoreApi } from 'zustand/vanilla';
import type { RoutingRecord } from '../../app/routing/routing-record.ts';
import { type Answer, LIMITS, type Usage } from '../protocol.ts';
import { parseReplay, type Replay, ReplayError } from '../replay.ts';
import { FrameError, toErrorData } from './error-data.ts';
import type { AssistantMessage, FrameState } from './frame-state.ts';
import type { HostPort } from './host-port.ts';
import { allowedAddress } from './model-address.ts';

/** A slow machine's pace is nobody's wish to see again, and a fast one's shows nothing. */
const SLOWEST_MS = 120;
const FASTEST_MS = 12;
const TICK_MS = 33;
/** A server that sends nothing for so long sends nothing. */
const PATIENCE_MS = 30_000;

const NOT_FETCHED =
  'The recording could not be read. Its server must let other sites read it (Access-Control-Allow-Origin), or it must lie beside the page, whose policy then allows connect-src.';

export class ReplayPlayer {
  readonly #store: StoreApi<FrameState>;
  readonly #tell: HostPort['tell'];
  readonly #nextId: () => number;
  #replay: Replay | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Shows all of it at once. */
  #finish: (() => void) | null = null;
  /** The host's own file, which it reads for us. */
  #given: ((text: string) => void) | null = null;
  /** Where it comes from, if from no address. */
  #source: (() => Promise<Replay>) | null = null;
  /** Counts beginnings, so that one that is overtaken shows nothing. */
  #latest = 0;

  constructor(store: StoreApi<FrameState>, tell: HostPort['tell'], nextId: () => number) {
    this.#store = store;
    this.#tell = tell;
    this.#nextId = nextId;
  }

  /** Ends when it begins to play. @throws EngineErrorData */
  async start(): Promise<void> {
    const own = ++this.#latest;
    this.#halt();
    try {
      const replay = this.#replay ?? (await this.#read());
      if (own !== this.#latest) return; // the host wants another one by now
      this.#replay = replay;
      this.#tell('ready', {});
      this.#play(replay);
    } catch (error) {
      if (own !== this.#latest) return;
      const failure = error instanceof ReplayError ? new FrameError('bad-request', error.message) : error;
      const data = toErrorData(failure);
      this.#store.setState({ stage: { kind: 'failed', error: data } });
      this.#tell('error', { code: data.code, message: data.message });
      throw failure;
    }
  }

  forget(): void {
    this.halt();
    this.#replay = null;
    this.#source = null;
  }

  /** Plays what is not fetched: a link holds it, or the visitor has the file. @throws EngineErrorData */
  startFrom(source: () => Promise<Replay>): Promise<void> {
    this.forget();
    this.#source = source;
    return this.start();
  }

  /** Shows the rest at once. */
  finish(): void {
    this.#finish?.();
  }

  /** What the host read; empty where it could not. */
  take(text: string): void {
    this.#given?.(text);
    this.#given = null;
  }

  async #read(): Promise<Replay> {
    if (this.#source !== null) return this.#source();
    const { replay } = this.#store.getState().options;
    const url = allowedAddress(replay ?? '', 'replay');
    this.#store.setState({
      stage: { kind: 'loading', progress: { stage: 'download', share: 0, loadedBytes: 0, totalBytes: 0 } },
    });
    return parseReplay(await this.#fetched(url));
  }

  async #fetched(url: URL): Promise<string> {
    try {
      return await boundedText(url);
    } catch (error) {
      if (error instanceof ReplayError) throw error;
    }
    // A server that lets no other site read it may be the host's own.
    const given = await new Promise<string>((resolve) => {
      this.#given = resolve;
      this.#tell('wantsReplay', { url: url.href });
      setTimeout(() => resolve(''), PATIENCE_MS);
    });
    if (given === '') throw new FrameError('network', NOT_FETCHED);
    return given;
  }

  /** Plays no further. */
  halt(): void {
    this.#latest++;
    this.#halt();
  }

  #halt(): void {
    clearTimeout(this.#timer);
    this.#finish = null;
  }

  #play(replay: Replay): void {
    const ends = tokenEnds(replay);
    const questionId = this.#nextId();
    const id = this.#nextId();
    const usage: Usage = {
      ...{ promptTokens: replay.promptTokens, completionTokens: replay.outputTokens, reasoningTokens: 0 },
      totalTokens: replay.promptTokens + replay.outputTokens,
    };
    const pace = Math.min(SLOWEST_MS, Math.max(FASTEST_MS, replay.tokenMs));
    const begun = performance.now();
    let told = 0;
    const show = (tokens: number): void => {
      const isOver = tokens >= ends.length;
      const at = isOver ? Infinity : (ends[tokens - 1] ?? 0);
      const parts = partsUntil(replay, at);
      const added = { ...partsAfter(replay, told, at) };
      told = at;
      for (const channel of ['reasoning', 'answer'] as const)
        if (added[channel] !== '') this.#tell('token', { text: added[channel], channel });
      const message: AssistantMessage = {
        ...{ id, role: 'assistant', text: parts.answer, reasoning: parts.reasoning },
        status: isOver ? { kind: 'done', finishReason: 'stop' } : { kind: 'streaming' },
        routing: recordUntil(replay.routing, isOver ? Infinity : tokens),
        usage: isOver ? usage : null,
      };
      this.#store.setState({
        messages: [{ id: questionId, role: 'user', text: replay.question }, message],
        stage: { kind: 'replay', model: replay.model, isPlaying: !isOver },
      });
      if (!isOver) return;
      this.#halt();
      const answer: Answer = { text: replay.answer, reasoning: replay.reasoning, usage, finishReason: 'stop' };
      this.#tell('answer', answer);
    };
    const tick = (): void => {
      show(Math.floor((performance.now() - begun) / pace));
      if (this.#finish !== null) this.#timer = setTimeout(tick, TICK_MS);
    };
    this.#finish = () => show(ends.length);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) this.#finish();
    else tick();
  }
}

/** Where each token ends, in characters of reasoning and answer together. */
function tokenEnds({ reasoning, answer, routing, outputTokens }: Replay): number[] {
  const total = reasoning.length + answer.length;
  const texts = routing?.texts ?? [];
  const traced = texts.reduce((sum, text) => sum + text.length, 0);
  if (traced === 0) {
    const count = Math.min(20_000, Math.max(1, Math.round(outputTokens)));
    return Array.from({ length: count }, (_, token) => Math.round((total * (token + 1)) / count));
  }
  let sum = 0;
  // Marks between the two have no text of their own: shares of the whole are right to the character all the same.
  return texts.map((text) => Math.round((total * (sum += text.length)) / traced));
}

function partsUntil({ reasoning, answer }: Replay, end: number): { reasoning: string; answer: string } {
  return { reasoning: reasoning.slice(0, end), answer: answer.slice(0, Math.max(0, end - reasoning.length)) };
}

function partsAfter(replay: Replay, start: number, end: number): { reasoning: string; answer: string } {
  const before = partsUntil(replay, start);
  const after = partsUntil(replay, end);
  return {
    reasoning: after.reasoning.slice(before.reasoning.length),
    answer: after.answer.slice(before.answer.length),
  };
}

function recordUntil(record: RoutingRecord | null, tokens: number): RoutingRecord | null {
  if (record === null || tokens <= 0) return null;
  const count = Math.min(record.count, tokens);
  const length = count * record.layers.length * record.used;
  return { ...record, count, chosen: record.chosen.subarray(0, length), weights: record.weights.subarray(0, length) };
}

/** @throws ReplayError where it is longer than a recording may be; other errors where it cannot be read */
async function boundedText(url: URL): Promise<string> {
  const response = await fetch(url, {
    ...{ credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(PATIENCE_MS) },
  });
  if (!response.ok || response.body === null) throw new Error(`The server answered ${response.status}.`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value;
    if (text.length <= LIMITS.replay) continue;
    await reader.cancel();
    throw new ReplayError('The recording is too long.');
  }
  return text;
}
