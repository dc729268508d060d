import type { TunedPlace, TuneOptions, TuningEnd, TuningProgress } from '../api.ts';
import type { Session } from '../generate/session.ts';
import type { Gpu } from '../gpu/device.ts';
import { type Choose, type Site, siteKey } from '../kernels/choices.ts';
import { candidatesFor } from './candidates.ts';
import { DeviceGone, type Limit, measurePlace, TuningOver } from './measure.ts';
import { ModelBench } from './model-bench.ts';
import type { Place } from './places.ts';
import { deviceKey, type DeviceRecord, NO_RECORD, parseRecord, withLost, withPlace } from './record.ts';
import type { TuningStore } from './tuning-store.ts';

/** Of GPU time and compiling together, for one model: nobody minds two seconds in which the page can be used. */
const BUDGET_MS = 2000;
const MAX_BUDGET_MS = 60_000;
/** Of the budget, for the compilers of one place: drivers that are slow at it shall not leave all others unmeasured. */
const COMPILERS_SHARE = 1 / 4;

/**
 * What one place of many tokens counts beside one of a single token: an answer of some hundred tokens comes after one or two chunks
 * of a prompt.
 */
const CHUNK_SHARE = 1 / 64;

/** What ends a run before its budget does. */
export interface TuningSignals {
  /** Somebody wants the GPU, or the model goes. */
  readonly interrupted: AbortSignal;
  /** The visitor does not want it. */
  readonly skipped: AbortSignal;
}

/**
 * Chooses shapes of kernels by measuring them, and remembers what it chose: by device, by place (weight type and sizes), and by version
 * of the page.
 *
 * It runs once a model is ready and nothing is asked, not while it loads: measured beside an upload all kernels are as fast as the
 * bus, candidates would be compiled before the kernels that the first word waits for, and who asks at once is answered at once.
 */
export class Tuner {
  readonly #store: TuningStore;
  readonly #version: string;
  readonly #records = new Map<string, DeviceRecord>();
  /** What is left of a model's budget, by its session: runs that are interrupted go on. */
  readonly #left = new WeakMap<Session, number>();

  /** @param version of the page: of its kernels and candidates */
  constructor(store: TuningStore, version: string) {
    this.#store = store;
    this.#version = version;
  }

  /** Reads what is known of a device. A store that cannot be read knows nothing. */
  async open(gpu: Gpu): Promise<Choose> {
    await this.#recordOf(gpu);
    return this.#chooseFor(gpu);
  }

  /** How the kernels of a model are shaped here. */
  report(gpu: Gpu, session: Session): readonly TunedPlace[] {
    const record = this.#known(gpu);
    return session.sites.map((site) => {
      const { choice = null, speedup = null, rejected = [], isDone = false } = record.places[siteKey(site)] ?? {};
      const candidates = candidatesFor(site.kind, gpu);
      const partsOf = (name: string | null) => candidates.find((one) => one.name === name)?.parts;
      return {
        ...site,
        choice: partsOf(choice) ?? null,
        speedup,
        isOpen: !isDone,
        rejected: rejected.flatMap(({ name, why }) => {
          const shape = partsOf(name);
          return shape === undefined ? [] : [{ shape, why }];
        }),
      };
    });
  }

  /** Measures what is not known yet of a model's places; the session goes on with what is faster. */
  async tune(
    gpu: Gpu,
    session: Session,
    { force = false, budgetMs: wanted = BUDGET_MS }: TuneOptions,
    signals: TuningSignals,
    onProgress: (progress: TuningProgress) => void,
  ): Promise<TuningEnd> {
    await session.prepared(signals.interrupted);
    if (!session.isPrepared) return 'interrupted';
    await this.#recordOf(gpu);
    if (force) {
      this.#left.delete(session);
      await this.#write(gpu, this.#reopened(gpu, session));
    }
    const open = session.sites.filter((site) => this.#known(gpu).places[siteKey(site)]?.isDone !== true);
    if (open.length === 0) return 'known';
    if (gpu.report.isFallback && !force) return 'software';
    const budgetMs = Math.max(0, Math.min(wanted, MAX_BUDGET_MS));
    const run = new Run(gpu, signals, Math.min(budgetMs, this.#left.get(session) ?? budgetMs));
    let measured = 0;
    const tell = (): void => {
      const { elapsedMs } = run;
      onProgress({ places: open.length, measured, elapsedMs: Math.min(elapsedMs, budgetMs), budgetMs });
    };
    tell();
    const opening = ModelBench.open(gpu, session);
    try {
      const bench = await run.within(opening);
      for (const { place, costMs } of await this.#heaviestFirst(run, bench, open)) {
        await this.#measure(gpu, run, bench, place, costMs);
        measured++;
        tell();
      }
    } catch (error) {
      if (error instanceof DeviceGone) {
        await this.#blame(gpu);
        return 'interrupted';
      }
      // A second set of activations may have no room: then the built-in shapes stay.
      if (!(error instanceof TuningOver)) console.warn('Mixtab could not measure its kernels', error);
    } finally {
      this.#left.set(session, run.leftMs);
      run.end();
      // Whoever waits for the end of the run may free what is still being opened.
      await opening.then(
        (bench) => bench.destroy(),
        () => undefined,
      );
    }
    if (!run.isLeft) await this.#close(gpu, open);
    if (measured > 0) await this.#apply(gpu, session);
    if (signals.skipped.aborted) return 'skipped';
    return signals.interrupted.aborted ? 'interrupted' : 'measured';
  }

  /** Nothing of a model is measured by itself again. */
  async skip(gpu: Gpu, session: Session): Promise<void> {
    await this.#recordOf(gpu);
    await this.#close(gpu, session.sites);
  }

  async #heaviestFirst(
    run: Run,
    bench: ModelBench,
    open: readonly Site[],
  ): Promise<readonly { readonly place: Place; readonly costMs: number }[]> {
    const found: { readonly place: Place; readonly costMs: number; readonly weight: number }[] = [];
    for (const site of open) {
      const place = bench.places.get(siteKey(site));
      const costMs = place && (await run.within(bench.cost(place)));
      if (place === undefined || costMs === undefined) continue;
      found.push({ place, costMs, weight: costMs * (place.size === 'one' ? 1 : CHUNK_SHARE) });
    }
    return found.sort((a, b) => b.weight - a.weight);
  }

  async #measure(gpu: Gpu, run: Run, bench: ModelBench, place: Place, costMs: number): Promise<void> {
    await run.within(Promise.resolve());
    const key = siteKey(place.site);
    const before = this.#known(gpu).places[key];
    const lost = before?.rejected.filter(({ why }) => why === 'lost') ?? [];
    const candidates = candidatesFor(place.site.kind, gpu).filter(({ name }) => !lost.some((one) => one.name === name));
    const measured = await measurePlace(bench.bench(place, costMs), candidates, run, (names) =>
      this.#write(gpu, { ...this.#known(gpu), trying: names.length === 0 ? null : { place: key, names } }),
    );
    const rejected = [...lost, ...measured.rejected];
    await this.#write(gpu, withPlace(this.#known(gpu), key, { ...measured, rejected }));
    if (!measured.isDone) throw new TuningOver();
  }

  /** Places that nobody has measured keep their built-in shapes for good, that is, for this version of the page. */
  async #close(gpu: Gpu, sites: readonly Site[]): Promise<void> {
    let record = this.#known(gpu);
    for (const site of sites) {
      const key = siteKey(site);
      const known = record.places[key] ?? { choice: null, speedup: null, rejected: [] };
      record = withPlace(record, key, { ...known, isDone: true });
    }
    await this.#write(gpu, record);
  }

  /** Measured again by request: all but what ended the device. */
  #reopened(gpu: Gpu, session: Session): DeviceRecord {
    let record = this.#known(gpu);
    for (const site of session.sites) {
      const known = record.places[siteKey(site)];
      if (known !== undefined) record = withPlace(record, siteKey(site), { ...known, isDone: false });
    }
    return record;
  }

  async #blame(gpu: Gpu): Promise<void> {
    const { trying, ...record } = this.#known(gpu);
    if (trying === null) return;
    const { place, names } = trying;
    await this.#write(gpu, withPlace({ ...record, trying: null }, place, withLost(record.places[place], names)));
  }

  async #apply(gpu: Gpu, session: Session): Promise<void> {
    try {
      await session.rechoose(this.#chooseFor(gpu));
    } catch (error) {
      console.warn('Mixtab stays with its built-in kernels', error);
    }
  }

  #chooseFor(gpu: Gpu): Choose {
    const { places } = this.#known(gpu);
    return (site) => {
      const name = places[siteKey(site)]?.choice ?? null;
      return name === null ? undefined : candidatesFor(site.kind, gpu).find((one) => one.name === name)?.choice;
    };
  }

  #known(gpu: Gpu): DeviceRecord {
    return this.#records.get(deviceKey(gpu)) ?? { version: this.#version, ...NO_RECORD };
  }

  async #recordOf(gpu: Gpu): Promise<DeviceRecord> {
    const key = deviceKey(gpu);
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    const record = parseRecord(await this.#store.read(key).catch(() => undefined), this.#version);
    this.#records.set(key, record);
    return record;
  }

  async #write(gpu: Gpu, record: DeviceRecord): Promise<void> {
    const key = deviceKey(gpu);
    this.#records.set(key, record);
    await this.#store.write(key, record).catch(() => undefined); // then it holds for this visit
  }
}

/** One run, with what ends it. */
class Run implements Limit {
  readonly #started = performance.now();
  readonly #budgetMs: number;
  readonly #signals: TuningSignals;
  readonly #ending: Promise<never>;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];

  constructor({ device }: Gpu, signals: TuningSignals, budgetMs: number) {
    this.#budgetMs = budgetMs;
    this.#signals = signals;
    let end = (_error: Error): void => {};
    this.#ending = new Promise((_, reject) => {
      end = reject;
    });
    this.#ending.catch(() => undefined);
    const over = (): void => end(new TuningOver());
    this.#timers.push(setTimeout(over, budgetMs));
    for (const signal of [signals.interrupted, signals.skipped]) {
      if (signal.aborted) over();
      else signal.addEventListener('abort', over, { once: true });
    }
    void device.lost.then(() => end(new DeviceGone()));
  }

  get elapsedMs(): number {
    return performance.now() - this.#started;
  }

  get leftMs(): number {
    return Math.max(0, this.#budgetMs - this.elapsedMs);
  }

  /** Whether it was interrupted with something of its budget left: then it can go on another time. */
  get isLeft(): boolean {
    return this.#signals.interrupted.aborted && !this.#signals.skipped.aborted && this.leftMs > 0;
  }

  async compilersTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#timers.push(setTimeout(resolve, this.#budgetMs * COMPILERS_SHARE));
    });
  }

  async within<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined); // where it ends after the run
    return Promise.race([this.#ending, work]);
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
