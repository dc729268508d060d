// The running softmax's first (maximum, denominator): each head has one more logit, of a key without a value, that attention can
// sink into (Xiao et al. 2023, arXiv:2309.17453). It counts once, in the first split.
@group(0) @binding(6) var<storage, read> sinks: array<f32>; // [HEADS]

fn softmax_start(head: u32, split: u32) -> vec2<f32> {
  return select(vec2<f32>(LOWEST, 0.0), vec2<f32>(sinks[head], 1.0), split == 0u);
}
