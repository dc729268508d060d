// One thread works alone: nothing to reduce. For software adapters, where a barrier costs more than it saves.
const LANES: u32 = 1u;

fn lane_of(thread: u32) -> u32 {
  return 0u;
}

fn lane_sum(value: vec4<f32>, lane: u32) -> vec4<f32> {
  return value;
}
