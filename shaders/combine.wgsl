// Prefill: y[t] += SCALE · Σ_j weight[t, j] · outputs[t · USED + j]: the routed experts' outputs join the residual stream.
// y [tokens, VECS · 4]; a thread takes one vec4.
@group(0) @binding(1) var<storage, read> routes: array<Route>;
@group(0) @binding(2) var<storage, read> outputs: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

override WG: u32;
override VECS: u32;
override USED: u32;
override SCALE: f32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let column = group.x * WG + thread;
  if (column >= VECS) {
    return;
  }
  var sum = vec4<f32>();
  for (var j = 0u; j < USED; j++) {
    let entry = group.y * USED + j;
    let route = routes[entry];
    if (route.slot != MISS) {
      sum += route.weight * outputs[entry * VECS + column];
    }
  }
  y[group.y * VECS + column] += SCALE * sum;
}
