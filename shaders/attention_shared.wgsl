// What attention.wgsl computes, for software adapters that run LANES threads as one vector: they share TILE_ROWS rows (TILE_HEADS heads of one key head, for the
// tokens that fit). A lane has a share of each row's numbers and loads the same share of keys and values, once for all rows: there a load of four floats costs
// more than eight multiply-adds, and an index that is only known when the shader runs makes a load of any array. So nothing here is an array: a line that
// names $r, $k or $v stands for one line for each row, each of four positions, and each vec4 of a share (`unrolled` in engine/kernels/unroll.ts).
// Workgroup x: groups of heads, y: tiles of tokens, z: splits; bindings and splits as in attention.wgsl.
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>;              // [tokens, HEADS, KEY_VECS]
@group(0) @binding(2) var<storage, read> keys: array<cache_vec>;           // [rows, K_ROW]
@group(0) @binding(3) var<storage, read> values: array<cache_vec>;         // [rows, V_ROW]
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;      // [tokens, HEADS, VALUE_VECS], or the partial sums
@group(0) @binding(5) var<storage, read_write> partials: array<vec2<f32>>; // [tokens, HEADS, SPLITS] (maximum, denominator)

override WG: u32;
override HEADS: u32;
override KV_HEADS: u32;
override K_ROW: u32; // vec4s from one row to the next
override V_ROW: u32;
override TILE_HEADS: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let first_head = group.x * TILE_HEADS;
  let kv_head = first_head / (HEADS / KV_HEADS);
  let first_token = group.y * (TILE_ROWS / TILE_HEADS);
  let last_token = min(first_token + TILE_ROWS / TILE_HEADS, step.tokens) - 1u;
  // The last lane's share begins earlier where lanes do not divide a row: what is another's too counts as nothing in the query.
  let key_share = min(lane * KEY_SHARE, KEY_VECS - KEY_SHARE);
  let value_share = min(lane * VALUE_SHARE, VALUE_VECS - VALUE_SHARE);

  let token_$r = min(first_token + $ru / TILE_HEADS, last_token);
  let head_$r = first_head + $ru % TILE_HEADS;
  let row_$r = token_$r * HEADS + head_$r;
  let span_$r = span_of(step.position + token_$r, group.z);
  let scale_$r = query_scale(step.position + token_$r);
  let q_$r_$v = select(vec4<f32>(), q[row_$r * KEY_VECS + key_share + $vu] * scale_$r, key_share + $vu >= lane * KEY_SHARE); // keys
  let start_$r = softmax_start(head_$r, group.z);
  var maximum_$r = start_$r.x;
  var denominator_$r = start_$r.y;
  var sum_$r_$v = vec4<f32>(); // values

  var end = 0u;
  var begin = span_0.begin;
  begin = min(begin, span_$r.begin);
  end = max(end, span_$r.end);
  for (var block = begin; block < end; block += 4u) {
    let cached_$k = row_of(min(block + $ku, end - 1u));
    let key_$k_$v = key_at(cached_$k * K_ROW + kv_head * KEY_VECS + key_share + $vu); // keys
    var product_$r_$k = vec4<f32>();
    product_$r_$k = fma(q_$r_$v, key_$k_$v, product_$r_$k); // keys
    let position = vec4<u32>(block) + vec4<u32>(0u, 1u, 2u, 3u);
    let seen_$r = (position >= vec4<u32>(span_$r.begin)) & (position < vec4<u32>(span_$r.end));
    let whole_$r = lane_sum(vec4<f32>(total(product_$r_0), total(product_$r_1), total(product_$r_2), total(product_$r_3)), lane);
    let score_$r = select(vec4<f32>(LOWEST), capped_each(whole_$r), seen_$r);
    let new_$r = max(max(max(score_$r.x, score_$r.y), max(score_$r.z, score_$r.w)), maximum_$r);
    let fade_$r = exp(maximum_$r - new_$r);
    maximum_$r = new_$r;
    // Where nothing was seen so far, the maximum is LOWEST too.
    let weight_$r = select(vec4<f32>(), exp(score_$r - new_$r), seen_$r);
    denominator_$r = fma(denominator_$r, fade_$r, total(weight_$r));

    let value_$k_$v = value_at(cached_$k * V_ROW + kv_head * VALUE_VECS + value_share + $vu); // values
    sum_$r_$v = fma(vec4<f32>(weight_$r.x), value_0_$v, sum_$r_$v * fade_$r); // values
    sum_$r_$v = fma(vec4<f32>(weight_$r.y), value_1_$v, sum_$r_$v); // values
    sum_$r_$v = fma(vec4<f32>(weight_$r.z), value_2_$v, sum_$r_$v); // values
    sum_$r_$v = fma(vec4<f32>(weight_$r.w), value_3_$v, sum_$r_$v); // values
  }

  // Rows beyond the last token are copies of its own.
  leave(row_$r, token_$r, head_$r, value_share + $vu, group.z, sum_$r_$v, denominator_$r); // values
  if (SPLITS > 1u && lane == 0u) {
    partials[row_$r * SPLITS + group.z] = vec2<f32>(maximum_$r, denominator_$r);
  }
}

fn total(numbers: vec4<f32>) -> f32 {
  return (numbers.x + numbers.y) + (numbers.z + numbers.w);
}

fn capped_each(scores: vec4<f32>) -> vec4<f32> {
  return vec4<f32>(capped(scores.x), capped(scores.y), capped(scores.z), capped(scores.w));
}

fn leave(row: u32, token: u32, head: u32, column: u32, split: u32, sum: vec4<f32>, denominator: f32) {
  if (SPLITS > 1u) {
    out[(row * SPLITS + split) * VALUE_VECS + column] = sum;
  } else {
    out[row * VALUE_VECS + column] = gated(token, head, column, sum / denominator);
  }
}
