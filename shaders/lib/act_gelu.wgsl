// How a feed-forward joins its two projections: gelu(gate) · up (GeGLU, Shazeer 2020, arXiv:2002.05202), with the approximation by tanh of
// Hendrycks and Gimpel 2016 (arXiv:1606.08415): ½ g (1 + tanh(√(2/π) (g + 0.044715 g³))) = g / (1 + exp(-2 √(2/π) (g + 0.044715 g³))).
// As llama.cpp, which looks it up in a table: of the gate in f16, rounded to f16; beyond ±10 it is the gate, or 0.
fn activate(gate: f32, up: f32, limit: f32) -> f32 {
  if (abs(gate) >= 10.0) {
    return max(gate, 0.0) * up;
  }
  let g = as_f16(gate);
  let inner = 1.5957691216057308 * g * (1.0 + 0.044715 * g * g);
  return as_f16(g / (1.0 + exp(-inner))) * up;
}

// The nearest f16, ties to even: WGSL's own conversions may round either way. What is below its normal numbers is nothing here.
fn as_f16(value: f32) -> f32 {
  let bits = bitcast<u32>(value);
  return bitcast<f32>((bits + 0xfffu + ((bits >> 13u) & 1u)) & 0xffffe000u);
}
