/** Two answers of one model side by side: which experts each of them used more. */
import type { ExpertLoad } from './expert-load.ts';

export interface LayerDifference {
  /** Row of the layer. */
  readonly row: number;
  /** Total variation distance of the two distributions of choices: 0 equal, 1 nothing in common. */
  readonly distance: number;
}

export interface LoadComparison {
  /** Row-major [layers, experts]: share of tokens of A that chose the expert, less that of B; −1 to 1. */
  readonly differences: Float32Array;
  /** Cosine of the loads, 0 to 1; the mean of the layers. */
  readonly cosine: number;
  /** Experts that both used, of those that at least one used. */
  readonly inCommon: number;
  readonly onlyA: number;
  readonly onlyB: number;
  readonly both: number;
  /** Most different first. */
  readonly layers: readonly LayerDifference[];
}

/** Whether experts of the one are experts of the other. */
export function isComparable(
  { shape: a }: Pick<ExpertLoad, 'shape'>,
  { shape: b }: Pick<ExpertLoad, 'shape'>,
): boolean {
  return a.experts === b.experts && a.used === b.used && a.layers.join() === b.layers.join();
}

export function compareLoads(a: ExpertLoad, b: ExpertLoad): LoadComparison {
  const { layers, experts, used } = a.shape;
  const differences = new Float32Array(a.counts.length);
  const distances: LayerDifference[] = [];
  let cosine = 0;
  let both = 0;
  let onlyA = 0;
  let onlyB = 0;
  for (let row = 0; row < layers.length; row++) {
    let dot = 0;
    let squaresA = 0;
    let squaresB = 0;
    let distance = 0;
    for (let cell = row * experts; cell < (row + 1) * experts; cell++) {
      const inA = (a.counts[cell] ?? 0) / Math.max(1, a.tokens);
      const inB = (b.counts[cell] ?? 0) / Math.max(1, b.tokens);
      differences[cell] = inA - inB;
      dot += inA * inB;
      squaresA += inA * inA;
      squaresB += inB * inB;
      distance += Math.abs(inA - inB) / (2 * used);
      if (inA > 0 && inB > 0) both++;
      else if (inA > 0) onlyA++;
      else if (inB > 0) onlyB++;
    }
    const length = Math.sqrt(squaresA * squaresB);
    cosine += (length > 0 ? dot / length : 0) / layers.length;
    distances.push({ row, distance });
  }
  return {
    differences,
    cosine: Math.min(1, cosine),
    inCommon: both + onlyA + onlyB > 0 ? both / (both + onlyA + onlyB) : 0,
    both,
    onlyA,
    onlyB,
    layers: distances.sort((one, other) => other.distance - one.distance),
  };
}
