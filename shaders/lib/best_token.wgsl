// The token with the highest key in the workgroup; of equal ones the lowest id. Key 0 marks none.
override LANES: u32; // threads of the workgroup, a power of two
struct Best {
  key: u32,
  id: u32,
}
var<workgroup> lane_best: array<Best, LANES>;

fn better(a: Best, b: Best) -> Best {
  if (b.key > a.key || (b.key == a.key && b.id < a.id)) {
    return b;
  }
  return a;
}

// Every thread gets the winner. Must be called from uniform control flow.
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
