// The KV cache in f32: `cache_vec` is vec4<f32>.
fn cache_pack(value: vec4<f32>) -> cache_vec {
  return value;
}

fn cache_unpack(value: cache_vec) -> vec4<f32> {
  return value;
}
