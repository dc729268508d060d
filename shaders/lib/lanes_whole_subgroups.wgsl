// A subgroup works on one thing, and a workgroup holds several: no barrier, no memory. Only where all subgroups have LANES threads.
override LANES: u32;

fn lane_of(thread: u32) -> u32 {
  return thread % LANES;
}

fn lane_sum(value: vec4<f32>, lane: u32) -> vec4<f32> {
  return subgroupAdd(value);
}
