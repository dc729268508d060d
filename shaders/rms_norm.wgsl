// y[r] = SCALE · x[r] / sqrt(mean(x[r]²) + EPSILON) ⊙ weight, for rows of VECS · 4 numbers (Zhang & Sennrich 2019, arXiv:1910.07467).
// Row r = token · SEGMENTS + segment. Segments share a weight, or have their own, WEIGHT_SEGMENT apart. Strides are in vec4s. CENTRED takes the mean away from x first (LayerNorm, Ba et al. 2016,
// arXiv:1607.06450).
// LAST_ONLY takes the step's last token alone, for the output. A group of LANES threads makes a row.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read> weight: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4<f32>>;

override WG: u32;
override VECS: u32;
override SEGMENTS: u32;
override X_TOKEN: u32;
override Y_TOKEN: u32;
override EPSILON: f32;
override SCALE: f32;
override CENTRED: u32;
override WEIGHT_SEGMENT: u32;
override LAST_ONLY: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let index = group.x * (WG / LANES) + thread / LANES;
  let rows = select(step.tokens, 1u, LAST_ONLY == 1u) * SEGMENTS;
  let row = min(index, rows - 1u);
  let token = row / SEGMENTS;
  let x_token = select(token, step.tokens - 1u, LAST_ONLY == 1u);
  let x_at = x_token * X_TOKEN + row % SEGMENTS * VECS;
  let weight_at = row % SEGMENTS * WEIGHT_SEGMENT;
  let y_at = token * Y_TOKEN + row % SEGMENTS * VECS;
  var centre = 0.0;
  if (CENTRED == 1u) {
    var sums = vec4<f32>();
    for (var i = lane; i < VECS; i += LANES) {
      sums += x[x_at + i];
    }
    centre = dot(lane_sum(sums, lane), vec4<f32>(1.0)) / f32(VECS * 4u);
  }
  var squares = vec4<f32>();
  for (var i = lane; i < VECS; i += LANES) {
    let v = x[x_at + i] - centre;
    squares += v * v;
  }
  let mean = dot(lane_sum(squares, lane), vec4<f32>(1.0)) / f32(VECS * 4u);
  let scale = SCALE / sqrt(mean + EPSILON);
  if (index < rows) {
    for (var i = lane; i < VECS; i += LANES) {
      y[y_at + i] = (x[x_at + i] - centre) * scale * weight[weight_at + i];
    }
  }
}
