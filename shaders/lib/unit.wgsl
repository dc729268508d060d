// 32 consecutive weights of a row: what every quantized format is cut into here.
alias Unit = array<vec4<f32>, 8>;

fn dot_units(a: Unit, b: Unit) -> f32 {
  return dot(a[0], b[0]) + dot(a[1], b[1]) + dot(a[2], b[2]) + dot(a[3], b[3])
       + dot(a[4], b[4]) + dot(a[5], b[5]) + dot(a[6], b[6]) + dot(a[7], b[7]);
}
