import type { CuttableModel } from './cut-model.ts';

/** Log-probabilities after each token: [positions][vocabulary]. */
export type Logprobs = readonly ArrayLike<number>[];

/** What was compared, in the order of the computation. */
export interface Compared {
  readonly place: string;
  /** Largest difference of any log-probability, at any position; null where one side does not run the cut. */
  readonly difference: number | null;
  readonly why?: string;
}

/**
 * Runs ever more of a model on both sides: nothing but the embedding and the output, then one sublayer more each time. As the first cut
 * that differs has one sublayer more than the last that agrees, it names the place of a mistake, and logits of the other side are enough.
 * @param theirModel another file of the same form, such as the dequantized one
 */
export async function* compareCuts(
  model: CuttableModel,
  ours: (file: Uint8Array<ArrayBuffer>) => Promise<Logprobs>,
  theirs: (file: Uint8Array<ArrayBuffer>) => Promise<Logprobs>,
  theirModel: CuttableModel = model,
): AsyncGenerator<Compared> {
  const places = ['embedding and output', ...model.sublayers.map(({ layer, kind }) => `blk.${layer} ${kind}`)];
  for (const [count, place] of places.entries()) {
    try {
      const mine = await ours(model.cut(count));
      yield { place, difference: largestDifference(mine, await theirs(theirModel.cut(count))) };
    } catch (error) {
      yield { place, difference: null, why: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** NaN where anything is no number, or lengths differ. */
export function largestDifference(a: Logprobs, b: Logprobs): number {
  let worst = 0;
  for (let row = 0; row < Math.max(a.length, b.length); row++) {
    const [mine, theirs] = [a[row], b[row]];
    if (mine === undefined || theirs?.length !== mine.length) return NaN;
    for (let i = 0; i < mine.length; i++) {
      const difference = Math.abs((mine[i] ?? NaN) - (theirs[i] ?? NaN));
      if (Number.isNaN(difference)) return NaN;
      worst = Math.max(worst, difference);
    }
  }
  return worst;
}

/** The first row that differs by more than the tolerance, or by what is no number. */
export function firstBeyond(rows: readonly Compared[], tolerance: number): Compared | undefined {
  return rows.find(({ difference }) => difference !== null && !(difference <= tolerance));
}

/** What a launch left: [rows, width]. */
export interface ActivationRead {
  readonly launch: string;
  readonly activation: string;
  readonly values: Float32Array;
  readonly width: number;
}

/**
 * Compares what two runs of the same tokens left in the activations that both have, as shares of the largest number in each.
 * @param others one run of all tokens, or one for each token in turn
 */
export async function* compareActivations(
  run: AsyncIterable<ActivationRead>,
  others: readonly AsyncIterable<ActivationRead>[],
): AsyncGenerator<Compared> {
  const rows = new Map<string, Float32Array[]>();
  for (const other of others)
    for await (const read of other) {
      const key = keyOf(read);
      rows.set(key, [...(rows.get(key) ?? []), read.values]);
    }
  for await (const read of run) {
    const theirs = rows.get(keyOf(read));
    if (theirs === undefined) continue;
    const joined = new Float32Array(theirs.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of theirs) {
      joined.set(part, at);
      at += part.length;
    }
    const largest = read.values.reduce((most, value) => Math.max(most, Math.abs(value)), Number.MIN_VALUE);
    yield {
      place: `${read.launch} → ${read.activation}`,
      difference: largestDifference([read.values], [joined]) / largest,
    };
  }
}

function keyOf({ launch, activation, width }: ActivationRead): string {
  return `${launch} → ${activation} ${width}`;
}
