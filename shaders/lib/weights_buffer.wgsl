// Weights of one matrix (or a row shard of it) in a buffer of their own.
@group(0) @binding(10) var<storage, read> weights: array<vec4<u32>>;

fn weight_at(index: u32) -> vec4<u32> {
  return weights[index];
}
