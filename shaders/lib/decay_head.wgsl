// How a head's state fades at a token: exp(a · softplus(gate + dt)), one number a head (gated delta net, arXiv:2412.06464; a < 0).
@group(0) @binding(6) var<storage, read> gates: array<f32>; // [tokens, GATE_TOKEN], from GATE_START on [heads]
@group(0) @binding(7) var<storage, read> dt: array<f32>;    // [heads]
@group(0) @binding(8) var<storage, read> a: array<f32>;     // [heads]

override GATE_TOKEN: u32;
override GATE_START: u32;

fn decay(token: u32, head: u32, vec: u32) -> vec4<f32> {
  let gate = gates[token * GATE_TOKEN + GATE_START + place_of(head)] + dt[head];
  return vec4<f32>(exp(a[head] * select(log(1.0 + exp(gate)), gate, gate > 20.0)));
}
