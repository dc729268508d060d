// Caches whose vec4s lie one by one: index i of either is its i-th vec4.
fn key_at(i: u32) -> vec4<f32> {
  return cache_unpack(keys[i]);
}

fn value_at(i: u32) -> vec4<f32> {
  return cache_unpack(values[i]);
}
