// Products of raw units (lib/raw_*.wgsl) with x.
fn x_sum(xs: Unit) -> f32 {
  return offset_sum(xs[0] + xs[1] + xs[2] + xs[3] + xs[4] + xs[5] + xs[6] + xs[7]);
}

// Σ q · x over a unit.
fn dot_raw(raw: Unit, xs: Unit) -> f32 {
  let low = raw[0] * xs[0] + raw[1] * xs[1] + raw[2] * xs[2] + raw[3] * xs[3];
  let high = raw[4] * xs[4] + raw[5] * xs[5] + raw[6] * xs[6] + raw[7] * xs[7];
  return dot(low, LOW_PLACES) + dot(high, HIGH_PLACES);
}
