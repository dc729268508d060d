// How a feed-forward joins its two projections: max(gate, 0) · up (ReGLU, Shazeer 2020, arXiv:2002.05202).
fn activate(gate: f32, up: f32, limit: f32) -> f32 {
  return max(gate, 0.0) * up;
}
