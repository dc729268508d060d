// How gpt-oss (arXiv:2508.10925) joins its two projections: with g = min(gate, 7) and u = clamp(up, -7, 7), g σ(1.702 g) · (u + 1).
fn activate(gate: f32, up: f32, limit: f32) -> f32 {
  let g = min(gate, 7.0);
  return g / (1.0 + exp(-1.702 * g)) * (clamp(up, -7.0, 7.0) + 1.0);
}
