// IQ1_S and IQ1_M: the levels -1, 0 and 1, moved by an eighth up or down.
fn iq1_point(point: u32, delta: f32, d: f32) -> Point {
  let code = grid_at(point);
  let shift = vec4<f32>(delta - 1.0);
  return Point((vec4<f32>(two_bit_codes(code)) + shift) * d, (vec4<f32>(two_bit_codes(code >> 8u)) + shift) * d);
}
