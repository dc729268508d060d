// The rotated numbers go to another buffer.
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;

fn rope_input(at: u32) -> f32 {
  return x[at];
}
