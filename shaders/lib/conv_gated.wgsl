// LFM2's double gate: x is [b | c | v], convolved is b ⊙ v, and c gates what comes out.
fn conv_input(token: u32, channel: u32) -> vec4<f32> {
  let at = token * X_TOKEN + X_START + channel;
  return x[at] * x[at + 2u * VECS];
}

fn conv_output(token: u32, channel: u32, sum: vec4<f32>) -> vec4<f32> {
  return x[token * X_TOKEN + X_START + VECS + channel] * sum;
}
