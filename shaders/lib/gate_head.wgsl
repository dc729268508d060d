// What each head gives is multiplied by its gate.
@group(0) @binding(7) var<storage, read> gate: array<f32>; // [tokens, GATE_TOKEN], from GATE_START on [HEADS]

override GATE_TOKEN: u32;
override GATE_START: u32;

fn gated(token: u32, head: u32, column: u32, value: vec4<f32>) -> vec4<f32> {
  return value * opening(vec4<f32>(gate[token * GATE_TOKEN + GATE_START + head])).x;
}
