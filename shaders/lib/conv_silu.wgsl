// A convolution of x itself, followed by SiLU: Mamba-2 and the delta nets.
fn conv_input(token: u32, channel: u32) -> vec4<f32> {
  return x[token * X_TOKEN + X_START + channel];
}

fn conv_output(token: u32, channel: u32, sum: vec4<f32>) -> vec4<f32> {
  return sum / (1.0 + exp(-sum));
}
