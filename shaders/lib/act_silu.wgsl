// How a feed-forward joins its two projections: silu(gate) · up (SwiGLU, Shazeer 2020, arXiv:2002.05202).
fn activate(gate: f32, up: f32, limit: f32) -> f32 {
  return gate / (1.0 + exp(-gate)) * up;
}
