/**
 * Traces of routing as files that other programs read; `docs/traces.md` says what stands in them. Written answer after answer and piece by
 * piece, so that the page goes on meanwhile, and handed to the browser as they are made: no file is ever whole in memory.
 */
import { CsvTraces } from './csv-traces.ts';
import { JsonTraces } from './json-traces.ts';
import { NpzTraces } from './npz-traces.ts';
import type { TracedAnswer, TraceWriter } from './traced-answer.ts';
import type { TraceFormat } from './trace-formats.ts';

/** @param isOne there will be one answer alone */
function writerOf(format: TraceFormat, isOne: boolean): TraceWriter {
  switch (format) {
    case 'json':
      return new JsonTraces();
    case 'csv':
      return new CsvTraces();
    case 'npz':
      return new NpzTraces(isOne);
    default:
      return format satisfies never;
  }
}

/** Kept as pieces until they are put into a blob, which the browser may lay on the disk. */
const PIECES_BYTES = 4_000_000;
/** Milliseconds of work between two breaths. */
const SLICE_MS = 12;

export interface TraceOptions {
  readonly format: TraceFormat;
  readonly isOne: boolean;
  readonly signal: AbortSignal;
}

/** @throws the signal's reason where it is cancelled */
export async function writeTraces(
  answers: AsyncIterable<TracedAnswer> | Iterable<TracedAnswer>,
  { format, isOne, signal }: TraceOptions,
): Promise<{ readonly file: Blob; readonly answers: number }> {
  const writer = writerOf(format, isOne);
  let whole = new Blob([], { type: writer.type });
  let pieces: BlobPart[] = [];
  let held = 0;
  let count = 0;
  let since = performance.now();
  const take = async (made: Iterable<BlobPart>): Promise<void> => {
    for (const piece of made) {
      signal.throwIfAborted();
      pieces.push(piece);
      held += typeof piece === 'string' ? piece.length : piece instanceof Blob ? piece.size : piece.byteLength;
      if (held > PIECES_BYTES) {
        whole = new Blob([whole, ...pieces], { type: writer.type });
        [pieces, held] = [[], 0];
      }
      if (performance.now() - since < SLICE_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      since = performance.now();
    }
  };
  for await (const answer of answers) {
    signal.throwIfAborted();
    await take(writer.add(answer));
    count++;
  }
  await take(writer.end());
  return { file: new Blob([whole, ...pieces], { type: writer.type }), answers: count };
}
