// The whole workgroup works on one thing: tree reduction in workgroup memory. Every thread gets the sum.
// `lane` runs over 0..LANES and LANES is a power of two. Must be called from uniform control flow.
override LANES: u32;
// Not by LANES: naga mistakes the order of types where an array of an override's size stands beside a table of constants.
const MOST_LANES = 256;
var<workgroup> lane_partials: array<vec4<f32>, MOST_LANES>;

// Which of the lanes a thread of the workgroup is.
fn lane_of(thread: u32) -> u32 {
  return thread % LANES;
}

fn lane_sum(value: vec4<f32>, lane: u32) -> vec4<f32> {
  lane_partials[lane] = value;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      lane_partials[lane] += lane_partials[lane + half];
    }
    workgroupBarrier();
  }
  let total = lane_partials[0];
  workgroupBarrier();
  return total;
}
