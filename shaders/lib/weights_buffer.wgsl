// Weights of one matrix (or a row shard of it) in a buffer of their own.
@group(0) @binding(10) var<storage, read> weights: array<vec4<u32>>;

// It is all one page: see lib/pool_*.wgsl.
fn select_page(slot: u32) -> u32 {
  return 0u;
}

fn weight_at(index: u32) -> vec4<u32> {
  return weights[index];
}

// One word of the weights, 4 to a vec4.
fn weight_word(index: u32) -> u32 {
  return weights[index >> 2u][index & 3u];
}
