// How the keys of a head's state fade at a token, each channel by itself and bounded: exp(LOWER_BOUND · sigmoid(a · (gate + dt))),
// as Kimi Delta Attention (arXiv:2510.26692) has it in Ling 3.0; LOWER_BOUND < 0.
@group(0) @binding(6) var<storage, read> gates: array<vec4<f32>>; // [tokens, GATE_TOKEN], from GATE_START on [heads, GATE_VECS]
@group(0) @binding(7) var<storage, read> dt: array<vec4<f32>>;    // [heads, GATE_VECS]
@group(0) @binding(8) var<storage, read> a: array<f32>;           // [heads]

override GATE_TOKEN: u32;
override GATE_START: u32;
override LOWER_BOUND: f32;

fn decay(token: u32, head: u32, vec: u32) -> vec4<f32> {
  let channel = head * GATE_VECS + vec;
  let gate = gates[token * GATE_TOKEN + GATE_START + channel] + dt[channel];
  return exp(LOWER_BOUND / (1.0 + exp(-a[head] * gate)));
}
