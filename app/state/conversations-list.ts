/** Reads the list of conversations; where the browser does not let it, again after a while. */
import type { ChatCore } from './chat-core.ts';
import { compareHeads } from './conversations-db.ts';

const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

export class ConversationsList {
  readonly #core: ChatCore;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #wait = RETRY_MS;

  constructor(core: ChatCore) {
    this.#core = core;
  }

  close(): void {
    clearTimeout(this.#retry);
  }

  async read(): Promise<void> {
    clearTimeout(this.#retry);
    try {
      const stored = await this.#core.db.heads();
      const { heads } = this.#core.state;
      // What was begun before the list was there is newer than it.
      const begun = new Set(heads.map(({ id }) => id));
      const all = [...heads, ...stored.filter(({ id }) => !begun.has(id))].sort(compareHeads);
      this.#core.set({ heads: all, readFailed: false });
    } catch {
      this.#core.set({ readFailed: true });
      this.#retry = setTimeout(() => void this.read(), this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_RETRY_MS);
    }
  }
}
