/** How often each expert was used by the tokens of an answer, and how evenly. Grows token by token. */
import type { RoutedModel } from './routing-record.ts';
import type { RoutingShape, TokenVectors } from './token-vectors.ts';

/** How even the choices of one layer, or on average of all layers, were. */
export interface Evenness {
  /** Shannon entropy of the distribution of choices over the experts. */
  readonly bits: number;
  /** The most it could be: log2(experts). */
  readonly maxBits: number;
  /** 2^bits: so many experts, used equally often, would have this entropy. */
  readonly asEvenAs: number;
}

export class ExpertLoad {
  readonly shape: RoutingShape;
  #tokens = 0;
  #counts: Uint32Array;
  /** For each layer Σ c·log2 c over its experts' counts, from which the entropy follows at once. */
  #sums: Float64Array;
  #usedExperts: Uint32Array;

  constructor(shape: RoutingShape) {
    this.shape = shape;
    this.#counts = new Uint32Array(shape.layers.length * shape.experts);
    this.#sums = new Float64Array(shape.layers.length);
    this.#usedExperts = new Uint32Array(shape.layers.length);
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Row-major [layers, experts]: how many tokens chose each expert. */
  get counts(): Uint32Array {
    return this.#counts;
  }

  /** Takes the tokens that were not counted yet. O(new tokens × layers × used). */
  update({ cells, stride, count }: Pick<TokenVectors, 'cells' | 'stride' | 'count'>): void {
    for (let at = this.#tokens * stride; at < count * stride; at++) this.#add(cells[at] ?? 0);
    this.#tokens = Math.max(this.#tokens, count);
  }

  #add(cell: number): void {
    const row = Math.floor(cell / this.shape.experts);
    const before = this.#counts[cell] ?? 0;
    this.#counts[cell] = before + 1;
    this.#sums[row] = (this.#sums[row] ?? 0) + nLogN(before + 1) - nLogN(before);
    if (before === 0) this.#usedExperts[row] = (this.#usedExperts[row] ?? 0) + 1;
  }

  /** H = log2 N − Σ c·log2 c / N, for the N choices of the layer. */
  layerEvenness(row: number): Evenness {
    const choices = this.#tokens * this.shape.used;
    const bits = choices > 0 ? Math.max(0, Math.log2(choices) - (this.#sums[row] ?? 0) / choices) : 0;
    return evenness(bits, this.shape.experts);
  }

  /** The mean of the layers: experts of different layers never compete. */
  evenness(): Evenness {
    const rows = this.shape.layers.length;
    let bits = 0;
    for (let row = 0; row < rows; row++) bits += this.layerEvenness(row).bits / rows;
    return evenness(bits, this.shape.experts);
  }

  /** Experts of a layer that no token chose. */
  layerNeverUsed(row: number): number {
    return this.shape.experts - (this.#usedExperts[row] ?? 0);
  }

  /** Experts of all layers that no token chose. */
  neverUsed(): number {
    return this.#counts.length - this.#usedExperts.reduce((sum, used) => sum + used, 0);
  }
}

function evenness(bits: number, experts: number): Evenness {
  return { bits, maxBits: Math.log2(experts), asEvenAs: 2 ** bits };
}

function nLogN(n: number): number {
  return n > 1 ? n * Math.log2(n) : 0;
}

/** What the experts that were never chosen weigh. */
export interface NeverMoved {
  readonly experts: number;
  readonly ofExperts: number;
  /** Of the weights of all routed experts, 0 to 1. */
  readonly share: number;
  /** Null in records that do not say how large the experts are. */
  readonly size: {
    readonly bytes: number;
    readonly ofBytes: number;
    /** Of all weights of the model, 0 to 1. */
    readonly shareOfModel: number;
  } | null;
}

/** All experts of a model have the same number of weights, so shares of experts are shares of weights. */
export function neverMoved(load: ExpertLoad, model: RoutedModel | undefined): NeverMoved {
  const ofExperts = load.counts.length;
  const experts = load.neverUsed();
  const share = ofExperts > 0 ? experts / ofExperts : 0;
  return {
    experts,
    ofExperts,
    share,
    size:
      model === undefined
        ? null
        : {
            bytes: share * model.expertBytes,
            ofBytes: model.expertBytes,
            shareOfModel: (share * model.expertParameters) / model.parameters,
          },
  };
}
