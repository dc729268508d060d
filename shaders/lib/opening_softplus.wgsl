// ln(1 + e^x)
fn opening(x: vec4<f32>) -> vec4<f32> {
  return max(x, vec4<f32>()) + log(1.0 + exp(-abs(x)));
}
