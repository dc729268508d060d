// The KV cache in blocks of 32 numbers, 9 words each: the largest magnitude m (f32), then a byte b per number, b / 127 · m. A row is
// whole blocks; index i of a cache is its i-th vec4, as in the other formats.
const BLOCK_VECS = 8u;
const BLOCK_WORDS = 9u;

fn key_at(i: u32) -> vec4<f32> {
  let block = (i / BLOCK_VECS) * BLOCK_WORDS;
  return unpack4x8snorm(keys[block + 1u + i % BLOCK_VECS]) * bitcast<f32>(keys[block]);
}

fn value_at(i: u32) -> vec4<f32> {
  let block = (i / BLOCK_VECS) * BLOCK_WORDS;
  return unpack4x8snorm(values[block + 1u + i % BLOCK_VECS]) * bitcast<f32>(values[block]);
}
