// The running softmax's first (maximum, denominator): nothing yet.
fn softmax_start(head: u32, split: u32) -> vec2<f32> {
  return vec2<f32>(LOWEST, 0.0);
}
