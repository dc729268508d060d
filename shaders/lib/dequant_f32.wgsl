// F32: 8 vec4 a unit, as in the file.
fn dequant_unit(base: u32, units: u32, unit: u32) -> Unit {
  let p = base + unit * 8u;
  return Unit(
    bitcast<vec4<f32>>(weight_at(p)), bitcast<vec4<f32>>(weight_at(p + 1u)),
    bitcast<vec4<f32>>(weight_at(p + 2u)), bitcast<vec4<f32>>(weight_at(p + 3u)),
    bitcast<vec4<f32>>(weight_at(p + 4u)), bitcast<vec4<f32>>(weight_at(p + 5u)),
    bitcast<vec4<f32>>(weight_at(p + 6u)), bitcast<vec4<f32>>(weight_at(p + 7u)));
}
