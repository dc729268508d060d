// A row [queries | keys | values] of each token, as projected, becomes what attention reads: queries and keys are normed and rotated
// (lib/turn.wgsl), values may be normed without weights; keys and values join the caches (lib/kv_*.wgsl, lib/ring.wgsl).
// A norm is n / sqrt(mean(n²) + EPSILON) ⊙ weight, over a head or (ROW_NORM) over all of a token's heads.
// A group of LANES threads makes a head; workgroup y is the token.
@group(0) @binding(2) var<storage, read> x: array<f32>;                   // [tokens, X_TOKEN]
@group(0) @binding(3) var<storage, read> q_weight: array<f32>;            // [KEY_DIM], or of all heads
@group(0) @binding(4) var<storage, read> k_weight: array<f32>;
@group(0) @binding(5) var<storage, read_write> q: array<vec4<f32>>;       // [tokens, HEADS, KEY_DIM / 4]
@group(0) @binding(6) var<storage, read_write> keys: array<cache_vec>;    // [rows, K_ROW]
@group(0) @binding(7) var<storage, read_write> values: array<cache_vec>;  // [rows, V_ROW]

override WG: u32;
override HEADS: u32;
override KV_HEADS: u32;
override KEY_DIM: u32;
override VALUE_DIM: u32;
override X_TOKEN: u32; // floats from one token to the next, one query to the next, and before keys and values
override Q_HEAD: u32;
override K_START: u32;
override V_START: u32;
override NORMED: u32;
override ROW_NORM: u32;
override VALUE_NORMED: u32;
override EPSILON: f32;
override K_ROW: u32; // vec4s from one row of a cache to the next
override V_ROW: u32;
override BY_TOKEN: u32; // keys and values go to rows by token, for whoever caches them in another way

const QUERY = 0u;
const KEY = 1u;
const VALUE = 2u;

struct Head {
  part: u32,
  at: u32,     // first number in x
  weight: u32, // first weight of its norm
  scale: f32,
}

fn number(head: Head, n: u32) -> f32 {
  let scaled = x[head.at + n] * head.scale;
  if (NORMED == 0u || head.part == VALUE) {
    return scaled;
  }
  return scaled * select(k_weight[head.weight + n], q_weight[head.weight + n], head.part == QUERY);
}

fn placed(head: Head, position: u32, n: u32) -> f32 {
  let own = number(head, n);
  if (head.part == VALUE || n >= ROPE_DIM) {
    return own;
  }
  return turned(position, n, own, number(head, turn_partner(n)));
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let all = HEADS + 2u * KV_HEADS;
  let index = group.x * (WG / LANES) + thread / LANES;
  var part = QUERY;
  var h = min(index, all - 1u);
  var heads = HEADS;
  var dim = KEY_DIM;
  var stride = Q_HEAD;
  var start = group.y * X_TOKEN;
  if (h >= HEADS + KV_HEADS) {
    part = VALUE;
    h -= HEADS + KV_HEADS;
    dim = VALUE_DIM;
    stride = VALUE_DIM;
    start += V_START;
  } else if (h >= HEADS) {
    part = KEY;
    h -= HEADS;
    heads = KV_HEADS;
    stride = KEY_DIM;
    start += K_START;
  }

  let by_row = ROW_NORM == 1u && part != VALUE;
  let normed_from = start + select(h * stride, 0u, by_row);
  let normed_count = select(dim, heads * dim, by_row);
  var squares = vec4<f32>();
  for (var i = lane; i < normed_count; i += LANES) {
    let n = x[normed_from + i];
    squares.x += n * n;
  }
  let mean = lane_sum(squares, lane).x / f32(normed_count);
  let is_normed = select(NORMED, VALUE_NORMED, part == VALUE) == 1u;
  let scale = select(1.0, 1.0 / sqrt(mean + EPSILON), is_normed);

  let position = step.position + group.y;
  let row = select(row_of(position), group.y, BY_TOKEN == 1u);
  let head = Head(part, start + h * stride, select(0u, h * dim, by_row), scale);
  let vecs = select(0u, dim / 4u, index < all);
  for (var i = lane; i < vecs; i += LANES) {
    let n = 4u * i;
    let made = vec4<f32>(
      placed(head, position, n),
      placed(head, position, n + 1u),
      placed(head, position, n + 2u),
      placed(head, position, n + 3u),
    );
    let column = h * (dim / 4u) + i;
    switch (part) {
      case QUERY: {
        q[group.y * HEADS * (KEY_DIM / 4u) + column] = made;
      }
      case KEY: {
        keys[row * K_ROW + column] = cache_pack(made);
      }
      default: {
        values[row * V_ROW + column] = cache_pack(made);
      }
    }
  }
}
