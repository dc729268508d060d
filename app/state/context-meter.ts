/** Counts how much of the context the open conversation takes: a moment after it changed, and never beside an answer. */
import type { ChatCore } from './chat-core.ts';
import type { ContextUse } from './chat-state.ts';
import { chosenServer } from './chosen-server.ts';
import { contextWindow } from './context-window.ts';
import type { PathEntry } from './conversation.ts';
import { effectiveSettings, ownSettings } from './effective-settings.ts';

const WAIT_MS = 250; // switching through conversations counts only the last

export class ContextMeter {
  readonly #core: ChatCore;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;
  /** By conversation, the cut that was made last (see `context-window.ts`). */
  readonly #cuts = new Map<string, string>();

  constructor(core: ChatCore) {
    this.#core = core;
  }

  cutOf(conversation: string): string | null {
    return this.#cuts.get(conversation) ?? null;
  }

  keepCut(conversation: string, cut: string | null): void {
    if (cut === null) this.#cuts.delete(conversation);
    else this.#cuts.set(conversation, cut);
  }

  /** Counts soon; what was being counted is of no more use. */
  request(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#count(), WAIT_MS);
  }

  close(): void {
    this.#turn++;
    clearTimeout(this.#timer);
  }

  async #count(): Promise<void> {
    const turn = ++this.#turn;
    const { client, model, settings, state, tokens } = this.#core;
    const { status } = model.getState();
    if (state.answeringIn !== null) return; // its end asks again
    const server = chosenServer(state);
    if (server !== null) {
      this.#core.set({ context: usedOf(state.path, this.#core.servers.modelOf(server)?.contextLength ?? null) });
      return;
    }
    if (status.kind !== 'ready') {
      this.#core.set({ context: null });
      return;
    }
    const total = status.info.contextLength;
    if (state.path.length === 0) {
      this.#core.set({ context: { used: 0, total, leftOut: 0 } });
      return;
    }
    /** An answer, or the next count, waits for what is still being counted: no more of it than must be. */
    const isOvertaken = (): boolean => turn !== this.#turn || this.#core.state.answeringIn !== null;
    const unlessOvertaken = (count: () => Promise<number>): Promise<number> =>
      isOvertaken() ? Promise.reject(new Error('overtaken')) : count();
    const { info } = status;
    try {
      const { used, leftOut } = await contextWindow(
        state.path.map(({ message }) => message),
        {
          ...effectiveSettings(info.sampling, settings.getState().sampling, ownSettings(state)),
          contextLength: total,
          cut: state.current === null ? null : this.cutOf(state.current.id),
          count: (messages) => unlessOvertaken(() => client.countTokens({ kind: 'chat', messages })),
          estimate: (message) => unlessOvertaken(() => tokens.of(message, info, client)),
        },
      );
      if (!isOvertaken()) this.#core.set({ context: { used, total, leftOut } });
    } catch {
      // A template that refuses the conversation says so when it is asked to answer.
      if (!isOvertaken()) this.#core.set({ context: null });
    }
  }
}

/** What a server counted with its last answer; only it can. */
function usedOf(path: readonly PathEntry[], total: number | null): ContextUse | null {
  const last = path.at(-1)?.message;
  if (total === null || last?.role !== 'assistant' || last.host === undefined || last.status.kind !== 'done')
    return null;
  const { promptTokens, outputTokens } = last.status.timings;
  return promptTokens === 0 ? null : { used: promptTokens + outputTokens, total, leftOut: 0 };
}
