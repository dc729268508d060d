/** How much the loads of an answer's even and odd tokens agree: what chance alone leaves between two such answers. */
import { compareLoads } from './compare-loads.ts';
import { ExpertLoad } from './expert-load.ts';
import type { RoutingRecord } from './routing-record.ts';
import { TokenVectors } from './token-vectors.ts';

/** Cosine of the two halves' loads, 0 to 1; 0 for a single token. */
export function halvesAgree(record: RoutingRecord): number {
  const vectors = new TokenVectors(record);
  vectors.update(record);
  const { cells, stride, count } = vectors;
  const [even, odd] = [0, 1].map((parity) => {
    const tokens = Array.from({ length: Math.floor((count + 1 - parity) / 2) }, (_, i) => 2 * i + parity);
    const half = new Uint32Array(tokens.length * stride);
    tokens.forEach((token, i) => half.set(cells.subarray(token * stride, (token + 1) * stride), i * stride));
    const load = new ExpertLoad(record);
    load.update({ cells: half, stride, count: tokens.length });
    return load;
  });
  return even === undefined || odd === undefined ? 0 : compareLoads(even, odd).cosine;
}
