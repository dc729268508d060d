import type { RoutingRecord } from '../../routing/routing-record.ts';

export interface TracedAnswer {
  /** Title of its conversation; null where that is not to be told. */
  readonly conversation: string | null;
  readonly model: string;
  readonly question: string;
  readonly record: RoutingRecord;
}

/** A file in the making. */
export interface TraceWriter {
  /** Pieces of the next answer; between any two of them the page may do something else. */
  add(answer: TracedAnswer): Iterable<BlobPart>;
  /** What comes after the last answer. */
  end(): Iterable<BlobPart>;
  readonly type: string;
}
