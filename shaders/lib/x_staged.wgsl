// Units of one input vector that a workgroup fetches once: `units` of them from vec4 `at` on, at most STAGED_UNITS. Vec4 c of all units stands
// together, so that neighbouring threads, which want neighbouring units, read neighbouring words.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;

const PITCH = STAGED_UNITS + 1u;
var<workgroup> staged: array<vec4<f32>, 8u * PITCH>;
var<private> x_first: u32;

fn share_x(thread: u32, at: u32, units: u32) {
  x_first = at;
  for (var i = thread; i < 8u * units; i += WG) {
    staged[(i % 8u) * PITCH + i / 8u] = x[at + i];
  }
  workgroupBarrier();
}

fn load_x(at: u32) -> Unit {
  let u = (at - x_first) / 8u;
  return Unit(staged[u], staged[PITCH + u], staged[2u * PITCH + u], staged[3u * PITCH + u],
    staged[4u * PITCH + u], staged[5u * PITCH + u], staged[6u * PITCH + u], staged[7u * PITCH + u]);
}
