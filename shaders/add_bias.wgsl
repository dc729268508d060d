// y[t, i] += SCALE · bias[i]. A thread adds one vec4; workgroup y is the token.
@group(0) @binding(1) var<storage, read> bias: array<vec4<f32>>;       // [VECS · 4]
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;    // [tokens, VECS · 4]

override WG: u32;
override VECS: u32;
override SCALE: f32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let i = group.x * WG + thread;
  if (i < VECS) {
    y[group.y * VECS + i] += SCALE * bias[i];
  }
}
