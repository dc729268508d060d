/**
 * What the router said of each token, as a sparse vector: one coordinate for every (layer, expert), of which a token has
 * `layers × used` that are not zero. A coordinate is the expert's share of its layer's routed output, so that layers count
 * alike whatever scale a model gives its weights. Grows token by token; nothing is computed twice.
 */
import type { RoutingRecord } from './routing-record.ts';

export type RoutingShape = Pick<RoutingRecord, 'layers' | 'experts' | 'used'>;

const FIRST_CAPACITY = 64; // tokens; doubles when full

export class TokenVectors {
  readonly shape: RoutingShape;
  /** Coordinates of a token that are not zero: layers × used. */
  readonly stride: number;
  /** Coordinates in all: layers × experts. */
  readonly size: number;
  #count = 0;
  #cells: Uint32Array;
  #shares: Float32Array;
  #lengths: Float32Array;

  constructor(shape: RoutingShape) {
    this.shape = shape;
    this.stride = shape.layers.length * shape.used;
    this.size = shape.layers.length * shape.experts;
    this.#cells = new Uint32Array(FIRST_CAPACITY * this.stride);
    this.#shares = new Float32Array(FIRST_CAPACITY * this.stride);
    this.#lengths = new Float32Array(FIRST_CAPACITY);
  }

  get count(): number {
    return this.#count;
  }

  /** [count, stride]: layer row × experts + expert. */
  get cells(): Uint32Array {
    return this.#cells;
  }

  /** [count, stride]: share of the layer's routed output, 0 to 1. */
  get shares(): Float32Array {
    return this.#shares;
  }

  /** [count]: Euclidean length of each vector. */
  get lengths(): Float32Array {
    return this.#lengths;
  }

  /** Takes the tokens of a record that were not taken yet. */
  update(record: RoutingRecord): void {
    this.#reserve(record.count);
    const { experts, used, layers } = this.shape;
    for (let token = this.#count; token < record.count; token++) {
      let squares = 0;
      for (let row = 0; row < layers.length; row++) {
        const start = token * this.stride + row * used;
        let sum = 0;
        for (let k = 0; k < used; k++) sum += record.weights[start + k] ?? 0;
        for (let k = 0; k < used; k++) {
          const share = sum > 0 ? (record.weights[start + k] ?? 0) / sum : 0;
          this.#cells[start + k] = row * experts + (record.chosen[start + k] ?? 0);
          this.#shares[start + k] = share;
          squares += share * share;
        }
      }
      this.#lengths[token] = Math.sqrt(squares);
    }
    this.#count = Math.max(this.#count, record.count);
  }

  /** Whether the tokens taken so far are the first of this record. Looks at the first and the last of them only. */
  isPrefixOf(record: RoutingRecord): boolean {
    const { experts, used, layers } = this.shape;
    if (record.experts !== experts || record.used !== used || record.layers.length !== layers.length) return false;
    if (record.count < this.#count) return false;
    for (const token of this.#count === 0 ? [] : [0, this.#count - 1]) {
      for (let i = 0; i < this.stride; i++) {
        const at = token * this.stride + i;
        if (this.#cells[at] !== Math.floor(i / used) * experts + (record.chosen[at] ?? 0)) return false;
      }
    }
    return true;
  }

  #reserve(tokens: number): void {
    let capacity = this.#lengths.length;
    if (tokens <= capacity) return;
    while (capacity < tokens) capacity *= 2;
    const cells = new Uint32Array(capacity * this.stride);
    const shares = new Float32Array(capacity * this.stride);
    const lengths = new Float32Array(capacity);
    cells.set(this.#cells);
    shares.set(this.#shares);
    lengths.set(this.#lengths);
    this.#cells = cells;
    this.#shares = shares;
    this.#lengths = lengths;
  }
}
