// What x_shared.wgsl reads, normed on the way as in x_normed.wgsl.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> x_weight: array<vec4<f32>>;

override X_VECS: u32;
override X_EPSILON: f32;

var<private> x_factor: f32;
var<private> x_lane: u32;

fn share_x(thread: u32, at: u32, units: u32) {
  x_lane = thread;
  var squares = vec4<f32>();
  for (var i = thread; i < X_VECS; i += 4u) {
    squares += x[i] * x[i];
  }
  let mean = dot(subgroupAdd(squares), vec4<f32>(1.0)) / f32(X_VECS * 4u);
  x_factor = 1.0 / sqrt(mean + X_EPSILON);
}

fn normed_x(at: u32) -> vec4<f32> {
  return x[at] * x_factor * x_weight[at];
}

fn load_x(at: u32) -> Unit {
  let p = normed_x(at + x_lane * 2u);
  let q = normed_x(at + x_lane * 2u + 1u);
  return Unit(
    subgroupBroadcast(p, 0u), subgroupBroadcast(q, 0u), subgroupBroadcast(p, 1u), subgroupBroadcast(q, 1u),
    subgroupBroadcast(p, 2u), subgroupBroadcast(q, 2u), subgroupBroadcast(p, 3u), subgroupBroadcast(q, 3u));
}
