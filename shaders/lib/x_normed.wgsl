// What x_direct.wgsl reads, normed on the way: x / sqrt(mean(x²) + X_EPSILON) ⊙ x_weight, for one token (Zhang & Sennrich 2019,
// arXiv:1910.07467). Each workgroup makes the mean for itself, which is a launch less.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> x_weight: array<vec4<f32>>;

override X_VECS: u32; // of the token
override X_EPSILON: f32;

var<private> x_factor: f32;

fn share_x(thread: u32, at: u32, units: u32) {
  let lane = lane_of(thread);
  var squares = vec4<f32>();
  for (var i = lane; i < X_VECS; i += LANES) {
    squares += x[i] * x[i];
  }
  let mean = dot(lane_sum(squares, lane), vec4<f32>(1.0)) / f32(X_VECS * 4u);
  x_factor = 1.0 / sqrt(mean + X_EPSILON);
}

fn normed_x(at: u32) -> vec4<f32> {
  return x[at] * x_factor * x_weight[at];
}

fn load_x(at: u32) -> Unit {
  return Unit(normed_x(at), normed_x(at + 1u), normed_x(at + 2u), normed_x(at + 3u),
    normed_x(at + 4u), normed_x(at + 5u), normed_x(at + 6u), normed_x(at + 7u));
}
