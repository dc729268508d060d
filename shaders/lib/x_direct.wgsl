// Units of the input vectors, each thread for itself.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;

fn share_x(thread: u32, at: u32, units: u32) {}

fn load_x(at: u32) -> Unit {
  return Unit(x[at], x[at + 1u], x[at + 2u], x[at + 3u], x[at + 4u], x[at + 5u], x[at + 6u], x[at + 7u]);
}
