// What lies beside a matrix in its buffer or page: W stands for factor · W, and its product gets a bias. Both are placed in vec4s from the
// matrix's first one (`base`); 0 says that there is none.
fn factor_beside(base: u32, factor: u32) -> f32 {
  if (factor == 0u) {
    return 1.0;
  }
  return bitcast<f32>(weight_word((base + factor) * 4u));
}

fn bias_beside(base: u32, bias: u32, row: u32) -> f32 {
  if (bias == 0u) {
    return 0.0;
  }
  return bitcast<f32>(weight_word((base + bias) * 4u + row));
}
