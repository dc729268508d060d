// What a generation asks of the sampler; written once, when it begins.
struct SamplingParams {
  temperature: f32,  // 0: the highest logit wins
  top_p: f32,        // 1: off
  min_p_margin: f32, // ln(min-p): how far below the highest logit one may be
  penalty: f32,      // 1: off
  top_k: u32,        // 0: off
  seed: u32,
  pad0: u32,
  pad1: u32,
}
@group(0) @binding(1) var<uniform> params: SamplingParams;
