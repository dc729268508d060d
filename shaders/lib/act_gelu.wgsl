// How a feed-forward joins its two projections: gelu(gate) · up (GeGLU, Shazeer 2020, arXiv:2002.05202), with the approximation by tanh of
// Hendrycks and Gimpel 2016 (arXiv:1606.08415): ½ g (1 + tanh(√(2/π) (g + 0.044715 g³))) = g / (1 + exp(-2 √(2/π) (g + 0.044715 g³))).
fn activate(gate: f32, up: f32, limit: f32) -> f32 {
  let inner = 1.5957691216057308 * gate * (1.0 + 0.044715 * gate * gate);
  return gate / (1.0 + exp(-inner)) * up;
}
