// The best of the workgroup's LANES threads (lib/best_token.wgsl), a power of two and at most MOST_BEST. Every thread gets the winner.
// Must be called from uniform control flow.
const MOST_BEST = 256;
var<workgroup> lane_best: array<Best, MOST_BEST>;

fn best_of_lanes(own: Best, lane: u32) -> Best {
  lane_best[lane] = own;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      lane_best[lane] = better(lane_best[lane], lane_best[lane + half]);
    }
    workgroupBarrier();
  }
  let best = lane_best[0];
  workgroupBarrier();
  return best;
}
