// Joins the SPLITS partial results of attention.wgsl: out = Σ_i e^(m_i - m) sums_i / Σ_i e^(m_i - m) d_i with m the largest m_i,
// gated by lib/gate_*.
// A thread makes one vec4 of the output; workgroup y is the token.
@group(0) @binding(1) var<storage, read> sums: array<vec4<f32>>;      // [tokens, HEADS, SPLITS, VALUE_VECS]
@group(0) @binding(2) var<storage, read> partials: array<vec2<f32>>;  // [tokens, HEADS, SPLITS] (maximum, denominator)
@group(0) @binding(3) var<storage, read_write> out: array<vec4<f32>>; // [tokens, HEADS, VALUE_VECS]

override WG: u32;
override HEADS: u32;
override VALUE_VECS: u32;
override SPLITS: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let index = group.x * WG + thread;
  if (index >= HEADS * VALUE_VECS) {
    return;
  }
  let head = index / VALUE_VECS;
  let row = group.y * HEADS + head;
  let column = index % VALUE_VECS;
  var maximum = partials[row * SPLITS].x;
  for (var i = 1u; i < SPLITS; i++) {
    maximum = max(maximum, partials[row * SPLITS + i].x);
  }
  var sum = vec4<f32>();
  var denominator = 0.0;
  for (var i = 0u; i < SPLITS; i++) {
    let partial = partials[row * SPLITS + i];
    let weight = exp(partial.x - maximum);
    sum += weight * sums[(row * SPLITS + i) * VALUE_VECS + column];
    denominator += weight * partial.y;
  }
  out[row * VALUE_VECS + column] = gated(group.y, head, column, sum / denominator);
}
