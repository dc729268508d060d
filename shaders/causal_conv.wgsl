// y[t, c] = conv_output(bias[c] + Σ_k weight[c, k] · u[t - TAPS + 1 + k, c]): a causal depthwise convolution over the sequence, of
// what lib/conv_*.wgsl make of x (Gu & Dao 2023, arXiv:2312.00752, section 3.4; LFM2, arXiv:2511.23404, without an activation).
// The last TAPS - 1 rows of u are the state: read from copy state_from of the ring, written to state_to, zeros before the
// sequence. A thread makes one vec4 of channels of TILE tokens, keeping the taps' window in registers; workgroup y is the tile.
// One launch does for a step of one token and of many.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;           // [tokens, X_TOKEN]
@group(0) @binding(2) var<storage, read> weight: array<f32>;            // [channels, TAPS]
@group(0) @binding(3) var<storage, read> bias: array<vec4<f32>>;        // [VECS], or unused
@group(0) @binding(4) var<storage, read_write> state: array<vec4<f32>>; // [copies, TAPS - 1, VECS]
@group(0) @binding(5) var<storage, read_write> y: array<vec4<f32>>;     // [tokens, VECS]

override WG: u32;
override VECS: u32;    // channels / 4
override X_TOKEN: u32; // vec4s from one token of x to the next
override X_START: u32; // and before the first that is read
override HAS_BIAS: u32;
override TILE: u32;

// Row t of u, counted from the step's first token: negative ones are the steps' before.
fn input_row(t: i32, channel: u32) -> vec4<f32> {
  if (t >= 0) {
    return conv_input(u32(t), channel);
  }
  if (step.position == 0u) {
    return vec4<f32>();
  }
  let row = u32(t + i32(TAPS - 1u));
  return state[(step.state_from * (TAPS - 1u) + row) * VECS + channel];
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let channel = group.x * WG + thread;
  if (channel >= VECS) {
    return;
  }
  let first = group.y * TILE;
  let end = min(first + TILE, step.tokens);
  var taps: array<vec4<f32>, TAPS>;
  var window: array<vec4<f32>, TAPS>; // rows t - TAPS + 1 … t of u
  for (var k = 0u; k < TAPS; k++) {
    let at = channel * 4u * TAPS + k;
    taps[k] = vec4<f32>(weight[at], weight[at + TAPS], weight[at + 2u * TAPS], weight[at + 3u * TAPS]);
    if (k > 0u) {
      window[k] = input_row(i32(first + k) - i32(TAPS), channel);
    }
  }
  var offset = vec4<f32>();
  if (HAS_BIAS == 1u) {
    offset = bias[channel];
  }
  for (var t = first; t < end; t++) {
    for (var k = 1u; k < TAPS; k++) {
      window[k - 1u] = window[k];
    }
    window[TAPS - 1u] = conv_input(t, channel);
    var sum = offset;
    for (var k = 0u; k < TAPS; k++) {
      sum += taps[k] * window[k];
    }
    y[t * VECS + channel] = conv_output(t, channel, sum);
  }
  if (end == step.tokens) {
    for (var k = 1u; k < TAPS; k++) {
      state[(step.state_to * (TAPS - 1u) + k - 1u) * VECS + channel] = window[k];
    }
  }
}
