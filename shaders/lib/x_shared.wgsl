// Units of the input vectors where the four threads of a workgroup are one subgroup and all want the same unit: each
// loads a quarter of it. A load costs a software adapter more than a broadcast. Call from uniform control flow.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;

var<private> x_lane: u32;

fn share_x(thread: u32, at: u32, units: u32) {
  x_lane = thread;
}

fn load_x(at: u32) -> Unit {
  let p = x[at + x_lane * 2u];
  let q = x[at + x_lane * 2u + 1u];
  return Unit(
    subgroupBroadcast(p, 0u), subgroupBroadcast(q, 0u), subgroupBroadcast(p, 1u), subgroupBroadcast(q, 1u),
    subgroupBroadcast(p, 2u), subgroupBroadcast(q, 2u), subgroupBroadcast(p, 3u), subgroupBroadcast(q, 3u));
}
