// Mamba-2's recurrence (Dao & Gu 2024, arXiv:2405.21060, section 2), token after token, for head h of group g = h / (HEADS / GROUPS):
//   Δ = softplus(dt[t, h] + dt_bias[h]),  S = exp(Δ a[h]) S + Δ x[t, h] ⊗ B[t, g],  y[t, h] = (S C[t, g] + d[h] x[t, h]) ⊙ silu(z[t, h])
// Workgroup x is the head, y a block of QUADS · 4 rows of its state S [HEAD_QUADS · 4, STATE]. A thread keeps every LANES-th number of
// four rows in registers from the step's first token to its last: a step of any size reads and writes the state once, and four
// rows share what is read of B and C. TOKENS tokens go between two barriers: their sums over lanes wait in workgroup memory.
@group(0) @binding(1) var<storage, read> mixed: array<f32>;             // [tokens, MIXED_TOKEN]: z first, dt from DT_START on
@group(0) @binding(2) var<storage, read> convolved: array<f32>;         // [tokens, x | B | C]
@group(0) @binding(3) var<storage, read> a: array<f32>;                 // [HEADS], negative
@group(0) @binding(4) var<storage, read> dt_bias: array<f32>;           // [HEADS]
@group(0) @binding(5) var<storage, read> d: array<f32>;                 // [HEADS]
@group(0) @binding(6) var<storage, read_write> state: array<vec4<f32>>; // [copies, HEADS, blocks, STATE, QUADS]
@group(0) @binding(7) var<storage, read_write> y: array<vec4<f32>>;     // [tokens, HEADS, HEAD_QUADS]

override WG: u32; // = LANES · QUADS
override HEADS: u32;
override GROUPS: u32;
override HEAD_QUADS: u32;
override MIXED_TOKEN: u32; // floats
override DT_START: u32;

const STATE = LANES * LANE_NUMBERS;
const LANE_STRIDE = TOKENS * QUADS + QUADS; // the last for the sake of memory banks

var<workgroup> decays: array<f32, TOKENS>;
var<workgroup> deltas: array<f32, TOKENS>;
var<workgroup> inputs: array<vec4<f32>, TOKENS * QUADS>;
var<workgroup> partials: array<vec4<f32>, LANES * LANE_STRIDE>;

fn softplus(value: f32) -> f32 {
  return select(log(1.0 + exp(value)), value, value > 20.0);
}

@compute @workgroup_size(WG)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let head = group.x;
  let first_quad = group.y * QUADS;
  let quad = thread % QUADS;
  let lane = thread / QUADS;
  let block_vecs = STATE * QUADS;
  let at = (head * groups.y + group.y) * block_vecs + thread;
  let copy_vecs = HEADS * groups.y * block_vecs;
  let inner = HEADS * HEAD_QUADS * 4u;
  let token_floats = inner + 2u * GROUPS * STATE;
  let b_start = inner + head / (HEADS / GROUPS) * STATE + lane;
  let c_start = b_start + GROUPS * STATE;

  var s: array<vec4<f32>, LANE_NUMBERS>;
  if (step.position > 0u) {
    for (var j = 0u; j < LANE_NUMBERS; j++) {
      s[j] = state[step.state_from * copy_vecs + at + j * WG];
    }
  }

  for (var first = 0u; first < step.tokens; first += TOKENS) {
    let count = min(TOKENS, step.tokens - first);
    for (var i = thread; i < count; i += WG) {
      let delta = softplus(mixed[(first + i) * MIXED_TOKEN + DT_START + head] + dt_bias[head]);
      deltas[i] = delta;
      decays[i] = exp(delta * a[head]);
    }
    for (var i = thread; i < count * QUADS; i += WG) {
      let row = (head * HEAD_QUADS + min(first_quad + i % QUADS, HEAD_QUADS - 1u)) * 4u;
      let x = (first + i / QUADS) * token_floats + row;
      inputs[i] = vec4<f32>(convolved[x], convolved[x + 1u], convolved[x + 2u], convolved[x + 3u]);
    }
    workgroupBarrier();

    for (var i = 0u; i < count; i++) {
      let decay = decays[i];
      let input = deltas[i] * inputs[i * QUADS + quad];
      let token = (first + i) * token_floats;
      var sum = vec4<f32>();
      for (var j = 0u; j < LANE_NUMBERS; j++) {
        let next = decay * s[j] + input * convolved[token + b_start + j * LANES];
        s[j] = next;
        sum += next * convolved[token + c_start + j * LANES];
      }
      partials[lane * LANE_STRIDE + i * QUADS + quad] = sum;
    }
    workgroupBarrier();

    for (var i = thread; i < count * QUADS; i += WG) {
      let own_quad = first_quad + i % QUADS;
      if (own_quad < HEAD_QUADS) {
        var sum = d[head] * inputs[i];
        for (var l = 0u; l < LANES; l++) {
          sum += partials[l * LANE_STRIDE + i];
        }
        let token = first + i / QUADS;
        let row = head * HEAD_QUADS + own_quad;
        let z_at = token * MIXED_TOKEN + row * 4u;
        let z = vec4<f32>(mixed[z_at], mixed[z_at + 1u], mixed[z_at + 2u], mixed[z_at + 3u]);
        y[token * HEADS * HEAD_QUADS + row] = sum * z / (1.0 + exp(-z));
      }
    }
    workgroupBarrier();
  }

  for (var j = 0u; j < LANE_NUMBERS; j++) {
    state[step.state_to * copy_vecs + at + j * WG] = s[j];
  }
}
