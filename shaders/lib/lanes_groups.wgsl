// LANES threads work on one thing, and a workgroup holds several such groups: tree reduction in workgroup memory. Every thread gets its group's
// sum. LANES is a power of two. Must be called from uniform control flow, after `lane_of`.
override LANES: u32;
const MOST_THREADS = 256;
var<workgroup> lane_partials: array<vec4<f32>, MOST_THREADS>;
var<private> lane_thread: u32;

fn lane_of(thread: u32) -> u32 {
  lane_thread = thread;
  return thread % LANES;
}

fn lane_sum(value: vec4<f32>, lane: u32) -> vec4<f32> {
  lane_partials[lane_thread] = value;
  workgroupBarrier();
  for (var half = LANES / 2u; half > 0u; half /= 2u) {
    if (lane < half) {
      lane_partials[lane_thread] += lane_partials[lane_thread + half];
    }
    workgroupBarrier();
  }
  let total = lane_partials[lane_thread - lane];
  workgroupBarrier();
  return total;
}
