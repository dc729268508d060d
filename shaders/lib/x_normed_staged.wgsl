// What x_staged.wgsl reads, normed on the way as in x_normed.wgsl.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(5) var<storage, read> x_weight: array<vec4<f32>>;

override X_VECS: u32;
override X_EPSILON: f32;

const PITCH = STAGED_UNITS + 1u;
var<workgroup> staged: array<vec4<f32>, 8u * PITCH>;

fn share_x(thread: u32, at: u32, units: u32) {
  for (var i = thread; i < 8u * units; i += WG) {
    staged[(i % 8u) * PITCH + i / 8u] = x[i];
  }
  workgroupBarrier();
  let lane = lane_of(thread);
  var squares = vec4<f32>();
  for (var i = lane; i < X_VECS; i += LANES) {
    let v = staged[(i % 8u) * PITCH + i / 8u];
    squares += v * v;
  }
  let mean = dot(lane_sum(squares, lane), vec4<f32>(1.0)) / f32(X_VECS * 4u);
  let factor = 1.0 / sqrt(mean + X_EPSILON);
  workgroupBarrier();
  for (var i = thread; i < 8u * units; i += WG) {
    staged[(i % 8u) * PITCH + i / 8u] *= factor * x_weight[i];
  }
  workgroupBarrier();
}

fn load_x(at: u32) -> Unit {
  let u = at / 8u;
  return Unit(staged[u], staged[PITCH + u], staged[2u * PITCH + u], staged[3u * PITCH + u],
    staged[4u * PITCH + u], staged[5u * PITCH + u], staged[6u * PITCH + u], staged[7u * PITCH + u]);
}
