/** The one answer that may be under way. */
import { AnswerRun } from './answer-run.ts';
import type { ChatCore } from './chat-core.ts';
import type { ContextMeter } from './context-meter.ts';
import type { AssistantMessage } from './conversation.ts';

export class Answers {
  readonly #core: ChatCore;
  readonly #meter: ContextMeter;
  #run: AnswerRun | null = null;
  #finished: Promise<void> = Promise.resolve();

  constructor(core: ChatCore, meter: ContextMeter) {
    this.#core = core;
    this.#meter = meter;
  }

  /** Id of the message that is being written. */
  get messageId(): string | null {
    return this.#run?.messageId ?? null;
  }

  get conversation(): string | null {
    return this.#run?.conversation ?? null;
  }

  /** Writes an answer of the open conversation; ends when it has. Only where none is under way. */
  async write(conversation: string, answer: AssistantMessage): Promise<void> {
    const run = new AnswerRun(this.#core, conversation, answer, this.#meter.cutOf(conversation));
    this.#run = run;
    this.#core.set({ answering: true });
    this.#finished = this.#finish(run);
    await this.#finished;
  }

  async #finish(run: AnswerRun): Promise<void> {
    await run.finish();
    this.#meter.keepCut(run.conversation, run.cut);
    this.#run = null;
    this.#core.set({ answering: false });
    await this.#core.changeHead(run.conversation, { updatedAt: Date.now() });
    this.#meter.request();
  }

  /** Stops the answer under way, keeps what was written, and ends when that is saved. */
  async settle(): Promise<void> {
    this.#run?.abort();
    await this.#finished;
  }

  /** Saves what there is: the tab may be closed in a moment. */
  save(): void {
    void this.#run?.save();
  }

  /** As a closed tab would end: nothing more is written. */
  abandon(): void {
    this.#run?.abandon();
  }
}
