// The rotated numbers replace the ones they come from.
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn rope_input(at: u32) -> f32 {
  return y[at];
}
