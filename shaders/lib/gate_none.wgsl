// What attention gives goes out as it is.
fn gated(token: u32, head: u32, column: u32, value: vec4<f32>) -> vec4<f32> {
  return value;
}
