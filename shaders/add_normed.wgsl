// y[r] = factor · (y[r] + SCALE · RMSNorm(x[r]) ⊙ weight), for rows of VECS · 4 numbers, one per token; FACTOR says whether there is a
// factor. x is left empty (0) for whoever adds to it next. A group of LANES threads makes a row.
@group(0) @binding(1) var<storage, read_write> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read> factor: array<f32>; // [1]

override WG: u32;
override VECS: u32;
override EPSILON: f32;
override SCALE: f32;
override FACTOR: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let row = group.x * (WG / LANES) + thread / LANES;
  let at = min(row, step.tokens - 1u) * VECS;
  var squares = vec4<f32>();
  for (var i = lane; i < VECS; i += LANES) {
    let v = x[at + i];
    squares += v * v;
  }
  let mean = dot(lane_sum(squares, lane), vec4<f32>(1.0)) / f32(VECS * 4u);
  let scale = SCALE / sqrt(mean + EPSILON);
  let all = select(1.0, factor[0], FACTOR == 1u);
  if (row < step.tokens) {
    for (var i = lane; i < VECS; i += LANES) {
      y[at + i] = all * (y[at + i] + x[at + i] * scale * weight[i]);
      x[at + i] = vec4<f32>();
    }
  }
}
