/** Something that has the GPU to itself while it runs. */
export interface QueuedTask {
  /** Ends when the next one may begin; rejections are for whoever made the task. */
  run(): Promise<void>;
  /** So many run before it; told anew when that changes, and not at all where it runs at once. */
  onPlace?(place: number): void;
}

interface Entry {
  readonly task: QueuedTask;
  told: number;
}

/**
 * Runs one task at a time, and lets the clients take turns: one that asks for a hundred things waits with its second until all
 * others had their first.
 */
export class FairQueue {
  /** What waits, by client. Whose turn it is comes first; the client of the running task comes last, after the others. */
  readonly #waiting = new Map<string, Entry[]>();
  #running: { readonly client: string; readonly task: QueuedTask } | undefined;

  /** How many tasks of a client wait. */
  waitingOf(client: string): number {
    return this.#waiting.get(client)?.length ?? 0;
  }

  /** Runs it when its turn comes; at once, where nothing else runs. */
  add(client: string, task: QueuedTask): void {
    const entry: Entry = { task, told: 0 };
    const own = this.#waiting.get(client);
    if (own === undefined) this.#waiting.set(client, [entry]);
    else own.push(entry);
    this.#next();
    this.#tellPlaces();
  }

  isRunning(task: QueuedTask): boolean {
    return this.#running?.task === task;
  }

  isWaiting(task: QueuedTask): boolean {
    return [...this.#waiting.values()].some((entries) => entries.some((entry) => entry.task === task));
  }

  /** @returns whether it still waited: then it never runs. */
  remove(task: QueuedTask): boolean {
    for (const [client, entries] of this.#waiting) {
      const at = entries.findIndex((entry) => entry.task === task);
      if (at < 0) continue;
      entries.splice(at, 1);
      if (entries.length === 0) this.#waiting.delete(client);
      this.#tellPlaces();
      return true;
    }
    return false;
  }

  #next(): void {
    if (this.#running !== undefined) return;
    const first = this.#waiting.entries().next().value;
    if (first === undefined) return;
    const [client, entries] = first;
    const entry = entries.shift();
    if (entries.length === 0) this.#waiting.delete(client);
    if (entry === undefined) return this.#next();
    const { task } = entry;
    this.#running = { client, task };
    task.run().then(
      () => this.#ended(client),
      () => this.#ended(client),
    );
  }

  #ended(client: string): void {
    this.#running = undefined;
    // Behind those that came while it ran.
    const rest = this.#waiting.get(client);
    if (rest !== undefined) {
      this.#waiting.delete(client);
      this.#waiting.set(client, rest);
    }
    this.#next();
    this.#tellPlaces();
  }

  #tellPlaces(): void {
    let place = this.#running === undefined ? 0 : 1;
    for (const entry of this.#order()) {
      if (entry.told !== place) {
        entry.told = place;
        entry.task.onPlace?.(place);
      }
      place++;
    }
  }

  /** As they would run if nobody came. */
  #order(): Entry[] {
    const clients = [...this.#waiting].map(([client, entries]) => ({ client, entries }));
    const running = clients.findIndex(({ client }) => client === this.#running?.client);
    if (running >= 0) clients.push(...clients.splice(running, 1));
    const rounds = Math.max(0, ...clients.map(({ entries }) => entries.length));
    return Array.from({ length: rounds }, (_, round) => clients.flatMap(({ entries }) => entries[round] ?? [])).flat();
  }
}
