/** The routing traces of one answer, in a form that is small enough to keep: layers × used × 6 bytes a token. */
import type { GeneratedToken, ModelInfo } from '../../engine/api.ts';

/** What the view says of the weights; numbers as in `ModelInfo`. */
export type RoutedModel = Pick<
  ModelInfo,
  'parameters' | 'activeParameters' | 'expertParameters' | 'expertBytes' | 'fileBytes' | 'bytesPerToken'
> &
  // Absent in records that were written before these were kept.
  Partial<Pick<ModelInfo, 'layers' | 'sharedExperts'>>;

export interface RoutingRecord {
  /** Indices of the layers that have routed experts. */
  readonly layers: readonly number[];
  /** Routed experts a layer, and how many of them a token uses. */
  readonly experts: number;
  readonly used: number;
  /** Text of each token; may be longer than `count` while the answer streams. */
  readonly texts: readonly string[];
  /** Number of tokens recorded. */
  readonly count: number;
  /** [count, layers, used], best expert first. */
  readonly chosen: Uint16Array;
  /** [count, layers, used], the weights that multiplied the experts' outputs. */
  readonly weights: Float32Array;
  /** Absent in records that were written before this was kept. */
  readonly model?: RoutedModel;
  /** `ModelInfo.id` of what routed it; absent in older records, and where a server did. */
  readonly file?: string;
  /**
   * Set where a server told the ids alone: then `weights` are equal shares, `chosen` is in the server's order, and `experts` is one
   * more than the highest id that was seen.
   */
  readonly isIdsOnly?: true;
}

const FIRST_CAPACITY = 64; // tokens; doubles when full

type RecordedModel = Pick<ModelInfo, 'moeLayers' | 'experts' | 'expertsUsed'> & Partial<RoutedModel & { id: string }>;

/** Collects traces token by token; snapshots share the buffers, so that one a frame costs nothing. */
export class RoutingRecorder {
  #layers: readonly number[];
  #experts: number;
  #used: number;
  #model: RoutedModel | null;
  readonly #file: string | undefined;
  #texts: string[] = [];
  #chosen: Uint16Array;
  #weights: Float32Array;

  /** `earlier`: the record of an answer that is continued; its tokens come first if they are of the same shape. */
  constructor(model: RecordedModel, earlier: RoutingRecord | null = null) {
    this.#layers = model.moeLayers;
    this.#experts = model.experts;
    this.#used = model.expertsUsed;
    this.#model = routedModel(model);
    this.#file = model.id;
    const goesOn =
      earlier !== null &&
      earlier.experts === this.#experts &&
      earlier.used === this.#used &&
      earlier.layers.join() === this.#layers.join();
    const first = goesOn ? earlier.count : 0;
    this.#chosen = new Uint16Array((FIRST_CAPACITY + first) * this.#stride);
    this.#weights = new Float32Array((FIRST_CAPACITY + first) * this.#stride);
    if (!goesOn) return;
    this.#texts = earlier.texts.slice(0, first);
    this.#chosen.set(earlier.chosen.subarray(0, first * this.#stride));
    this.#weights.set(earlier.weights.subarray(0, first * this.#stride));
  }

  get #stride(): number {
    return this.#layers.length * this.#used;
  }

  /** Adds one token. Tokens without a trace, or with one of another shape, are not recorded. */
  add(token: GeneratedToken): void {
    const { routing, text } = token;
    this.#fit(routing?.experts.length ?? 0);
    if (routing?.experts.length !== this.#stride || routing.weights.length !== this.#stride) return;
    const start = this.#texts.length * this.#stride;
    if (start + this.#stride > this.#chosen.length) this.#grow();
    this.#chosen.set(routing.experts, start);
    this.#weights.set(routing.weights, start);
    this.#texts.push(text);
  }

  /** More or fewer experts than usual may have been asked for: the first token tells. */
  #fit(entries: number): void {
    const layers = this.#layers.length;
    if (this.#texts.length > 0 || entries === 0 || entries === this.#stride || entries % layers !== 0) return;
    if (entries > layers * this.#experts) return;
    this.#used = entries / layers;
    this.#chosen = new Uint16Array(FIRST_CAPACITY * this.#stride);
    this.#weights = new Float32Array(FIRST_CAPACITY * this.#stride);
  }

  /** What was recorded so far, or null before the first token. */
  snapshot(): RoutingRecord | null {
    const count = this.#texts.length;
    if (count === 0 || this.#stride === 0) return null;
    const length = count * this.#stride;
    return {
      layers: this.#layers,
      experts: this.#experts,
      used: this.#used,
      texts: this.#texts,
      count,
      chosen: this.#chosen.subarray(0, length),
      weights: this.#weights.subarray(0, length),
      ...(this.#model !== null && { model: this.#model }),
      ...(this.#file !== undefined && { file: this.#file }),
    };
  }

  #grow(): void {
    const chosen = new Uint16Array(this.#chosen.length * 2);
    const weights = new Float32Array(this.#weights.length * 2);
    chosen.set(this.#chosen);
    weights.set(this.#weights);
    this.#chosen = chosen;
    this.#weights = weights;
  }
}

function routedModel(model: RecordedModel): RoutedModel | null {
  const {
    parameters,
    activeParameters,
    expertParameters,
    expertBytes,
    fileBytes,
    bytesPerToken,
    layers,
    sharedExperts,
  } = model;
  if (
    parameters === undefined ||
    activeParameters === undefined ||
    expertParameters === undefined ||
    expertBytes === undefined ||
    fileBytes === undefined ||
    bytesPerToken === undefined
  )
    return null;
  return {
    ...{ parameters, activeParameters, expertParameters, expertBytes, fileBytes, bytesPerToken },
    ...(layers !== undefined && { layers }),
    ...(sharedExperts !== undefined && { sharedExperts }),
  };
}

/** Of an answer that went on, where the second half is told as a whole. Of another shape, only that is kept. */
export function joinRecords(earlier: RoutingRecord | null, later: RoutingRecord): RoutingRecord {
  if (earlier === null || earlier.used !== later.used || earlier.layers.join() !== later.layers.join()) return later;
  const chosen = new Uint16Array(earlier.chosen.length + later.chosen.length);
  const weights = new Float32Array(chosen.length);
  chosen.set(earlier.chosen);
  chosen.set(later.chosen, earlier.chosen.length);
  weights.set(earlier.weights);
  weights.set(later.weights, earlier.weights.length);
  return {
    ...later,
    experts: Math.max(earlier.experts, later.experts),
    texts: [...earlier.texts.slice(0, earlier.count), ...later.texts.slice(0, later.count)],
    count: earlier.count + later.count,
    chosen,
    weights,
  };
}

/** A copy that owns exactly its bytes: cloning a subarray would write the whole buffer behind it. */
export function compactRecord(record: RoutingRecord): RoutingRecord {
  return {
    ...record,
    texts: record.texts.slice(0, record.count),
    chosen: record.chosen.slice(),
    weights: record.weights.slice(),
  };
}
