// y[r] = x[r] / sqrt(mean(x[r]²) + EPSILON) · weight ⊙ opening(z[r]) for rows of VECS · 4 numbers, a row a head and token: what a recurrent
// layer has collected is normed and gated before it is projected. opening is in lib/opening_*.wgsl.
// A group of LANES threads makes a row.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;       // [tokens, HEADS, VECS]
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;  // [VECS]
@group(0) @binding(3) var<storage, read> z: array<vec4<f32>>;       // [tokens, Z_TOKEN], from Z_START on [HEADS, VECS]
@group(0) @binding(4) var<storage, read_write> y: array<vec4<f32>>; // [tokens, HEADS, VECS]

override WG: u32;
override VECS: u32;
override HEADS: u32;
override Z_TOKEN: u32;
override Z_START: u32;
override EPSILON: f32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let index = group.x * (WG / LANES) + thread / LANES;
  let rows = step.tokens * HEADS;
  let row = min(index, rows - 1u);
  let at = row * VECS;
  let z_at = row / HEADS * Z_TOKEN + Z_START + row % HEADS * VECS;
  var squares = vec4<f32>();
  for (var i = lane; i < VECS; i += LANES) {
    let v = x[at + i];
    squares += v * v;
  }
  let mean = dot(lane_sum(squares, lane), vec4<f32>(1.0)) / f32(VECS * 4u);
  let scale = 1.0 / sqrt(mean + EPSILON);
  if (index < rows) {
    for (var i = lane; i < VECS; i += LANES) {
      y[at + i] = x[at + i] * scale * weight[i] * opening(z[z_at + i]);
    }
  }
}
