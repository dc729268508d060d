// h[t] *= σ(w · x[t]): how much a shared expert says of each token (Qwen1.5-MoE, 2024). What follows is linear in h, so it is as good
// as scaling its output. Workgroups share tokens' rows as in lib/lanes_*.wgsl.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;        // [tokens, X_VECS · 4]
@group(0) @binding(2) var<storage, read> w: array<vec4<f32>>;        // [X_VECS · 4]
@group(0) @binding(3) var<storage, read_write> h: array<vec4<f32>>;  // [tokens, H_VECS · 4]

override WG: u32;
override X_VECS: u32;
override H_VECS: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let token = group.x * (WG / LANES) + thread / LANES;
  let row = min(token, step.tokens - 1u);
  var sum = vec4<f32>();
  for (var i = lane; i < X_VECS; i += LANES) {
    sum += x[row * X_VECS + i] * w[i];
  }
  let logit = dot(lane_sum(sum, lane), vec4<f32>(1.0));
  let gate = 1.0 / (1.0 + exp(-logit));
  if (token >= step.tokens) {
    return;
  }
  for (var i = lane; i < H_VECS; i += LANES) {
    h[token * H_VECS + i] *= gate;
  }
}
