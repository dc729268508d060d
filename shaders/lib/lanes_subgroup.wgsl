// The whole workgroup works on one thing: subgroup sums, then one partial a subgroup in workgroup memory.
// `lane` runs over 0..LANES. Subgroups may be of any size from 4 up. Must be called from uniform control flow.
override LANES: u32;
var<workgroup> lane_partials: array<vec4<f32>, LANES / 4u>;
var<workgroup> lane_partial_count: atomic<u32>;

// Which of the lanes a thread of the workgroup is.
fn lane_of(thread: u32) -> u32 {
  return thread % LANES;
}

fn lane_sum(value: vec4<f32>, lane: u32) -> vec4<f32> {
  let partial = subgroupAdd(value);
  if (lane == 0u) {
    atomicStore(&lane_partial_count, 0u);
  }
  workgroupBarrier();
  if (subgroupElect()) {
    lane_partials[atomicAdd(&lane_partial_count, 1u)] = partial;
  }
  workgroupBarrier();
  var total = vec4<f32>();
  let count = atomicLoad(&lane_partial_count);
  for (var i = 0u; i < count; i++) {
    total += lane_partials[i];
  }
  workgroupBarrier();
  return total;
}
