/** All that the view knows of one answer, kept up to date while the answer grows: only new tokens are looked at. */
import { ExpertLoad } from './expert-load.ts';
import type { RoutingRecord } from './routing-record.ts';
import { TokenColors } from './token-colors.ts';
import { type RoutingShape, TokenVectors } from './token-vectors.ts';

export interface AnswerRouting {
  readonly record: RoutingRecord;
  readonly vectors: TokenVectors;
  readonly colors: TokenColors;
  readonly load: ExpertLoad;
}

/** Follows a record. One that does not go on where the one before ended is begun anew. */
export class RoutingFollower {
  #vectors: TokenVectors | null = null;
  #colors = new TokenColors();
  #load: ExpertLoad | null = null;

  update(record: RoutingRecord, isFinal: boolean): AnswerRouting {
    let vectors = this.#vectors;
    let load = this.#load;
    if (vectors === null || load === null || !vectors.isPrefixOf(record)) {
      const shape: RoutingShape = { layers: record.layers, experts: record.experts, used: record.used };
      this.#vectors = vectors = new TokenVectors(shape);
      this.#load = load = new ExpertLoad(shape);
      this.#colors = new TokenColors();
    }
    vectors.update(record);
    load.update(vectors);
    this.#colors.update(vectors, isFinal);
    return { record, vectors, colors: this.#colors, load };
  }
}

/** Of a record that no longer grows, without colours. */
export function loadOf(record: RoutingRecord): ExpertLoad {
  const vectors = new TokenVectors(record);
  vectors.update(record);
  const load = new ExpertLoad(record);
  load.update(vectors);
  return load;
}
