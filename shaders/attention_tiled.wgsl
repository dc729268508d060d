// What attention.wgsl computes, for many tokens: a workgroup takes QUERIES rows (TILE_HEADS heads of one key head, for the tokens that fit) and
// goes over their keys and values KEYS at a time in workgroup memory, so that each is read once for all of them (Dao et al. 2022,
// arXiv:2205.14135). Workgroup x: groups of heads, y: tiles of tokens, z: with SPLITS > 1 (and one token) the split, as in attention.wgsl.
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>;              // [tokens, HEADS, KEY_VECS]
@group(0) @binding(2) var<storage, read> keys: array<cache_vec>;           // [rows, K_ROW]
@group(0) @binding(3) var<storage, read> values: array<cache_vec>;         // [rows, V_ROW]
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;      // [tokens, HEADS, VALUE_VECS], or the partial sums
@group(0) @binding(5) var<storage, read_write> partials: array<vec2<f32>>; // [tokens, HEADS, SPLITS] (maximum, denominator)

override HEADS: u32;
override KV_HEADS: u32;
override K_ROW: u32; // vec4s from one row to the next
override V_ROW: u32;
override TILE_HEADS: u32;

// Scores: 8 threads share a row's keys. Softmax: PARTS threads share a row. Output: COLUMN_THREADS threads share a row's columns.
const PARTS = WG / QUERIES;
const SCORE_ROWS = QUERIES * 8u / WG;
const SCORE_KEYS = KEYS / 8u;
const OUT_ROWS = QUERIES * COLUMN_THREADS / WG;
const OUT_VECS = (VALUE_VECS + COLUMN_THREADS - 1u) / COLUMN_THREADS;
const Q_PITCH = QUERIES + 1u;
const K_PITCH = KEYS + 1u;
const TILE_VECS = max(KEY_VECS * K_PITCH, VALUE_VECS * KEYS);

var<workgroup> q_tile: array<vec4<tile_scalar>, KEY_VECS * Q_PITCH>; // [vec4][row]
var<workgroup> tile: array<vec4<tile_scalar>, TILE_VECS>;            // keys as [vec4][key], then values as [key][vec4]
var<workgroup> weights: array<f32, QUERIES * K_PITCH>;                  // [row][key]: scores, then their exponentials
var<workgroup> parts: array<f32, WG>;
var<workgroup> fades: array<f32, QUERIES>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let tile_tokens = QUERIES / TILE_HEADS;
  let first_head = group.x * TILE_HEADS;
  let kv_head = first_head / (HEADS / KV_HEADS);
  let first_token = group.y * tile_tokens;
  let last_token = min(first_token + tile_tokens, step.tokens) - 1u;

  for (var i = thread; i < QUERIES * KEY_VECS; i += WG) {
    let row = i / KEY_VECS;
    let vec = i % KEY_VECS;
    let token = min(first_token + row / TILE_HEADS, last_token);
    let at = (token * HEADS + first_head + row % TILE_HEADS) * KEY_VECS + vec;
    q_tile[vec * Q_PITCH + row] = vec4<tile_scalar>(q[at] * query_scale(step.position + token));
  }

  // This thread's row in the softmax, and its share of the row.
  let soft_row = thread / PARTS;
  let soft_part = thread % PARTS;
  let start = softmax_start(first_head + soft_row % TILE_HEADS, group.z);
  var maximum = start.x;
  var denominator = select(0.0, start.y, soft_part == 0u);

  let column = thread % COLUMN_THREADS;
  let out_row = thread / COLUMN_THREADS * OUT_ROWS;
  var sums: array<array<vec4<f32>, OUT_VECS>, OUT_ROWS>;

  let begin = span_of(step.position + first_token, group.z).begin;
  let end = span_of(step.position + last_token, group.z).end;
  for (var key = begin; key < end; key += KEYS) {
    let count = min(KEYS, end - key);
    workgroupBarrier();
    for (var i = thread; i < KEYS * KEY_VECS; i += WG) {
      let k = i / KEY_VECS;
      let vec = i % KEY_VECS;
      let at = row_of(key + min(k, count - 1u)) * K_ROW + kv_head * KEY_VECS + vec;
      tile[vec * K_PITCH + k] = vec4<tile_scalar>(key_at(at));
    }
    workgroupBarrier();

    let score_key = thread % 8u;
    let score_row = thread / 8u;
    var scores = array<array<f32, SCORE_KEYS>, SCORE_ROWS>();
    for (var vec = 0u; vec < KEY_VECS; vec++) {
      var ks: array<vec4<f32>, SCORE_KEYS>;
      for (var j = 0u; j < SCORE_KEYS; j++) {
        ks[j] = vec4<f32>(tile[vec * K_PITCH + score_key + 8u * j]);
      }
      for (var i = 0u; i < SCORE_ROWS; i++) {
        let qs = vec4<f32>(q_tile[vec * Q_PITCH + score_row + (WG / 8u) * i]);
        for (var j = 0u; j < SCORE_KEYS; j++) {
          scores[i][j] += dot(qs, ks[j]);
        }
      }
    }
    for (var i = 0u; i < SCORE_ROWS; i++) {
      let row = score_row + (WG / 8u) * i;
      let span = span_of(step.position + first_token + row / TILE_HEADS, group.z);
      for (var j = 0u; j < SCORE_KEYS; j++) {
        let k = score_key + 8u * j;
        let seen = k < count && key + k >= span.begin && key + k < span.end;
        weights[row * K_PITCH + k] = select(LOWEST, capped(scores[i][j]), seen);
      }
    }
    workgroupBarrier();

    // Values come while the softmax is made.
    for (var i = thread; i < KEYS * VALUE_VECS; i += WG) {
      let at = row_of(key + min(i / VALUE_VECS, count - 1u)) * V_ROW + kv_head * VALUE_VECS + i % VALUE_VECS;
      tile[i] = vec4<tile_scalar>(value_at(at));
    }
    var largest = LOWEST;
    for (var i = 0u; i < KEYS / PARTS; i++) {
      largest = max(largest, weights[soft_row * K_PITCH + soft_part + PARTS * i]);
    }
    parts[thread] = largest;
    workgroupBarrier();
    var new_maximum = maximum;
    for (var i = 0u; i < PARTS; i++) {
      new_maximum = max(new_maximum, parts[soft_row * PARTS + i]);
    }
    let fade = exp(maximum - new_maximum);
    maximum = new_maximum;
    denominator *= fade;
    for (var i = 0u; i < KEYS / PARTS; i++) {
      let at = soft_row * K_PITCH + soft_part + PARTS * i;
      // Where no key of this tile or before is seen, the maximum is LOWEST too.
      let weight = select(0.0, exp(weights[at] - new_maximum), weights[at] > LOWEST);
      weights[at] = weight;
      denominator += weight;
    }
    if (soft_part == 0u) {
      fades[soft_row] = fade;
    }
    workgroupBarrier();

    for (var r = 0u; r < OUT_ROWS; r++) {
      for (var j = 0u; j < OUT_VECS; j++) {
        sums[r][j] *= fades[out_row + r];
      }
    }
    for (var k = 0u; k < KEYS; k++) {
      for (var j = 0u; j < OUT_VECS; j++) {
        let value = vec4<f32>(tile[k * VALUE_VECS + min(column + COLUMN_THREADS * j, VALUE_VECS - 1u)]);
        for (var r = 0u; r < OUT_ROWS; r++) {
          sums[r][j] += weights[(out_row + r) * K_PITCH + k] * value;
        }
      }
    }
  }

  parts[thread] = denominator;
  workgroupBarrier(); // fades are read
  if (soft_part == 0u) {
    fades[soft_row] = maximum;
  }
  workgroupBarrier();
  for (var r = 0u; r < OUT_ROWS; r++) {
    let row = out_row + r;
    let token = first_token + row / TILE_HEADS;
    if (token > last_token) {
      continue;
    }
    let head = first_head + row % TILE_HEADS;
    var whole = 0.0;
    for (var i = 0u; i < PARTS; i++) {
      whole += parts[row * PARTS + i];
    }
    for (var j = 0u; j < OUT_VECS; j++) {
      let c = column + COLUMN_THREADS * j;
      if (c < VALUE_VECS && SPLITS > 1u) {
        out[((token * HEADS + head) * SPLITS + group.z) * VALUE_VECS + c] = sums[r][j];
      } else if (c < VALUE_VECS) {
        out[(token * HEADS + head) * VALUE_VECS + c] = gated(token, head, c, sums[r][j] / whole);
      }
    }
    if (SPLITS > 1u && column == 0u) {
      partials[(token * HEADS + head) * SPLITS + group.z] = vec2<f32>(fades[row], whole);
    }
  }
}
