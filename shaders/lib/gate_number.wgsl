// Each number that attention gives is multiplied by a gate of its own (Qiu et al. 2025, arXiv:2505.06708). Strides in vec4s.
@group(0) @binding(7) var<storage, read> gate: array<vec4<f32>>; // [tokens, GATE_TOKEN]

override GATE_TOKEN: u32;
override GATE_HEAD: u32;
override GATE_START: u32;

fn gated(token: u32, head: u32, column: u32, value: vec4<f32>) -> vec4<f32> {
  return value * opening(gate[token * GATE_TOKEN + head * GATE_HEAD + GATE_START + column]);
}
