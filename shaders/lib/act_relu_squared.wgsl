// A feed-forward without a gate: max(up, 0)² (So et al. 2021, arXiv:2109.08668). What is passed as gate is not looked at.
fn activate(gate: f32, up: f32, limit: f32) -> f32 {
  let positive = max(up, 0.0);
  return positive * positive;
}
