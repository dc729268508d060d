// Σ weight · x over a unit, weight by weight; x_sum is Σ x, for the types with an offset.
fn dot_packed(base: u32, units: u32, unit: u32, xs: Unit, x_sum: f32) -> f32 {
  return dot_units(dequant_unit(base, units, unit), xs);
}
