// The KV cache in f16, four numbers in a vec2<u32>: half the memory, and needs no shader-f16.
fn cache_pack(value: vec4<f32>) -> cache_vec {
  return vec2<u32>(pack2x16float(value.xy), pack2x16float(value.zw));
}

fn cache_unpack(value: cache_vec) -> vec4<f32> {
  return vec4<f32>(unpack2x16float(value.x), unpack2x16float(value.y));
}
