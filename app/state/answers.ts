/** The one answer that may be under way: of the open conversation, or of one that was left meanwhile. */
import { AnswerRun } from './answer-run.ts';
import type { ChatCore } from './chat-core.ts';
import type { ContextMeter } from './context-meter.ts';
import type { AssistantMessage, ModelChoice } from './conversation.ts';

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

  /** The answer under way in this conversation. */
  runIn(conversation: string): AnswerRun | null {
    return this.#run?.conversation === conversation ? this.#run : null;
  }

  /**
   * Writes an answer of the open conversation; ends when it has. Only where none is under way.
   * @param by the model for this answer alone; default: the conversation's
   */
  async write(conversation: string, answer: AssistantMessage, by?: ModelChoice): Promise<void> {
    const cut = by === undefined ? this.#meter.cutOf(conversation) : null;
    const run = new AnswerRun(this.#core, conversation, answer, cut, by);
    this.#run = run;
    this.#core.set({ answeringIn: conversation });
    this.#finished = this.#finish(run);
    await this.#finished;
  }

  async #finish(run: AnswerRun): Promise<void> {
    await run.finish();
    if (run.by === undefined) this.#meter.keepCut(run.conversation, run.cut);
    this.#run = null;
    this.#core.set({ answeringIn: null });
    await this.#core.changeHead(run.conversation, { updatedAt: Date.now() });
    this.#meter.request();
  }

  /** As `settle`, where the answer under way is of this conversation; one of another goes on. */
  async settleIn(conversation: string): Promise<void> {
    if (this.conversation === conversation) await this.settle();
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
