// Mamba-2's recurrence (Dao & Gu 2024, arXiv:2405.21060, section 2), token after token, for head h of group g = h / (HEADS / GROUPS):
//   Δ = softplus(dt[t, h] + dt_bias[h]),  S = exp(Δ a[h]) S + Δ x[t, h] ⊗ B[t, g],  y[t, h] = (S C[t, g] + d[h] x[t, h]) ⊙ silu(z[t, h])
// Workgroup x is the head, y a block of ROWS rows of its state S [HEAD_DIM, 4 · LANES · LANE_VECS]; LANES threads share a row and
// keep it in registers from the step's first token to its last, so that a step of any size reads and writes the state once.
// TOKENS tokens go between two barriers: their partial sums over lanes wait in workgroup memory.
@group(0) @binding(1) var<storage, read> mixed: array<f32>;             // [tokens, MIXED_TOKEN]: z first, dt from DT_START on
@group(0) @binding(2) var<storage, read> convolved: array<vec4<f32>>;   // [tokens, x | B | C]
@group(0) @binding(3) var<storage, read> a: array<f32>;                 // [HEADS], negative
@group(0) @binding(4) var<storage, read> dt_bias: array<f32>;           // [HEADS]
@group(0) @binding(5) var<storage, read> d: array<f32>;                 // [HEADS]
@group(0) @binding(6) var<storage, read_write> state: array<vec4<f32>>; // [copies, HEADS, HEAD_DIM, LANES · LANE_VECS]
@group(0) @binding(7) var<storage, read_write> y: array<f32>;           // [tokens, HEADS, HEAD_DIM]

override WG: u32;
override HEADS: u32;
override GROUPS: u32;
override HEAD_DIM: u32;
override MIXED_TOKEN: u32; // floats
override DT_START: u32;

const ROW_VECS = LANES * LANE_VECS;
const LANE_STRIDE = TOKENS * ROWS + 4u; // 4: lanes write to different banks

var<workgroup> decays: array<f32, TOKENS>;
var<workgroup> deltas: array<f32, TOKENS>;
var<workgroup> inputs: array<f32, TOKENS * ROWS>;
var<workgroup> partials: array<f32, LANES * LANE_STRIDE>;

fn softplus(value: f32) -> f32 {
  return select(log(1.0 + exp(value)), value, value > 20.0);
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let head = group.x;
  let first_row = group.y * ROWS;
  let lane = thread % LANES;
  let row = thread / LANES;
  let at = (head * HEAD_DIM + min(first_row + row, HEAD_DIM - 1u)) * ROW_VECS + lane;
  let copy_vecs = HEADS * HEAD_DIM * ROW_VECS;
  let inner_vecs = HEADS * HEAD_DIM / 4u;
  let token_vecs = inner_vecs + 2u * GROUPS * ROW_VECS;
  let b_start = inner_vecs + head / (HEADS / GROUPS) * ROW_VECS + lane;
  let c_start = b_start + GROUPS * ROW_VECS;

  var s: array<vec4<f32>, LANE_VECS>;
  if (step.position > 0u) {
    for (var j = 0u; j < LANE_VECS; j++) {
      s[j] = state[step.state_from * copy_vecs + at + j * LANES];
    }
  }

  for (var first = 0u; first < step.tokens; first += TOKENS) {
    let count = min(TOKENS, step.tokens - first);
    for (var i = thread; i < count; i += WG) {
      let delta = softplus(mixed[(first + i) * MIXED_TOKEN + DT_START + head] + dt_bias[head]);
      deltas[i] = delta;
      decays[i] = exp(delta * a[head]);
    }
    for (var i = thread; i < count * ROWS; i += WG) {
      let channel = head * HEAD_DIM + min(first_row + i % ROWS, HEAD_DIM - 1u);
      inputs[i] = convolved[(first + i / ROWS) * token_vecs + channel / 4u][channel % 4u];
    }
    workgroupBarrier();

    for (var i = 0u; i < count; i++) {
      let decay = decays[i];
      let input = deltas[i] * inputs[i * ROWS + row];
      let token = (first + i) * token_vecs;
      var sum = vec4<f32>();
      for (var j = 0u; j < LANE_VECS; j++) {
        let next = decay * s[j] + input * convolved[token + b_start + j * LANES];
        s[j] = next;
        sum += next * convolved[token + c_start + j * LANES];
      }
      partials[lane * LANE_STRIDE + i * ROWS + row] = dot(sum, vec4<f32>(1.0));
    }
    workgroupBarrier();

    for (var i = thread; i < count * ROWS; i += WG) {
      let dimension = first_row + i % ROWS;
      if (dimension < HEAD_DIM) {
        var sum = d[head] * inputs[i];
        for (var l = 0u; l < LANES; l++) {
          sum += partials[l * LANE_STRIDE + i];
        }
        let token = first + i / ROWS;
        let channel = head * HEAD_DIM + dimension;
        let z = mixed[token * MIXED_TOKEN + channel];
        y[token * HEADS * HEAD_DIM + channel] = sum * z / (1.0 + exp(-z));
      }
    }
    workgroupBarrier();
  }

  if (first_row + row < HEAD_DIM) {
    for (var j = 0u; j < LANE_VECS; j++) {
      state[step.state_to * copy_vecs + at + j * LANES] = s[j];
    }
  }
}
