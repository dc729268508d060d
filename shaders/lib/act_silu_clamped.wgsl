// As lib/act_silu.wgsl, with both factors kept within a layer's limit: min(silu(gate), limit) · clamp(up, -limit, limit), as in
// Step 3.5 (arXiv:2602.10604) and Ling 3.0.
fn activate(gate: f32, up: f32, limit: f32) -> f32 {
  return min(gate / (1.0 + exp(-gate)), limit) * clamp(up, -limit, limit);
}
