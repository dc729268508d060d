// Randomness without state: a hash of what the number is for, so that a seed gives the same answer on every device and
// in every order of evaluation. Source: pcg3d of Jarzynski and Olano, Hash Functions for GPU Rendering (JCGT 2020).
fn random_bits(seed: u32, position: u32, id: u32) -> u32 {
  var v = vec3<u32>(seed, position, id) * 1664525u + 1013904223u;
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v ^= v >> vec3<u32>(16u);
  v.x += v.y * v.z;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  return v.x;
}

// -ln(1 - u), u uniform in (0, 1): an exponentially distributed waiting time. Small ones keep their precision.
fn waiting_time(bits: u32) -> f32 {
  let u = min((f32(bits) + 0.5) * 0x1p-32, 0.99999994);
  if (u < 0.015625) {
    return u * (1.0 + u * (0.5 + u * (1.0 / 3.0 + u * 0.25)));
  }
  return -log(1.0 - u);
}
