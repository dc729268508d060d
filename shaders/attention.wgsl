// out[t, h] = Σ_s softmax_s(SCALE · q[t, h] · k[s, g]) v[s, g] over positions s ≤ position + t, g = h / (HEADS / KV_HEADS), with the
// running softmax of Dao et al. 2022 (arXiv:2205.14135): WG keys at a time, one key a thread for the scores, then one vec4
// of the output a thread. Latent attention is the case KV_HEADS = 1 with values that are the first part of the key rows
// (DeepSeek-V2, arXiv:2405.04434, section 2.1.2). Windows, caps, sinks and gates are in lib/: span, ring, sink_*, gate_*.
// Workgroup x is the head, y the token, z the split: with SPLITS > 1 each takes a part of the positions and leaves
// (unscaled sum, maximum, denominator) for attention_merge.wgsl, so that one token fills a large GPU.
@group(0) @binding(1) var<storage, read> q: array<vec4<f32>>;              // [tokens, HEADS, KEY_VECS]
@group(0) @binding(2) var<storage, read> keys: array<cache_vec>;           // [rows, K_ROW]
@group(0) @binding(3) var<storage, read> values: array<cache_vec>;         // [rows, V_ROW]
@group(0) @binding(4) var<storage, read_write> out: array<vec4<f32>>;      // [tokens, HEADS, VALUE_VECS], or the partial sums
@group(0) @binding(5) var<storage, read_write> partials: array<vec2<f32>>; // [tokens, HEADS, SPLITS] (maximum, denominator)

override WG: u32;
override HEADS: u32;
override KV_HEADS: u32;
override KEY_VECS: u32;
override VALUE_VECS: u32;
override K_ROW: u32; // vec4s from one row to the next
override V_ROW: u32;

var<workgroup> query: array<vec4<f32>, KEY_VECS>;
var<workgroup> tile_weights: array<f32, WG>;
var<workgroup> tile_scores: array<f32, WG>;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let head = group.x;
  let kv_head = head / (HEADS / KV_HEADS);
  let row = group.y * HEADS + head;
  let position = step.position + group.y;
  let scale = query_scale(position);
  for (var i = thread; i < KEY_VECS; i += WG) {
    query[i] = q[row * KEY_VECS + i] * scale;
  }
  workgroupBarrier();

  let span = span_of(position, group.z);
  let start = softmax_start(head, group.z);
  var maximum = start.x;
  var denominator = start.y;
  var sums: array<vec4<f32>, VECS_PER_THREAD>;
  for (var tile = span.begin; tile < span.end; tile += WG) {
    let count = min(WG, span.end - tile);
    var score = LOWEST;
    if (thread < count) {
      let at = row_of(tile + thread) * K_ROW + kv_head * KEY_VECS;
      var products = vec4<f32>();
      for (var i = 0u; i < KEY_VECS; i++) {
        products += query[i] * key_at(at + i);
      }
      score = capped(dot(products, vec4<f32>(1.0)));
    }
    tile_scores[thread] = score;
    workgroupBarrier();

    var new_maximum = maximum;
    for (var s = 0u; s < count; s++) {
      new_maximum = max(new_maximum, tile_scores[s]);
    }
    tile_weights[thread] = exp(score - new_maximum);
    workgroupBarrier();

    let fade = exp(maximum - new_maximum);
    maximum = new_maximum;
    denominator *= fade;
    for (var s = 0u; s < count; s++) {
      denominator += tile_weights[s];
    }
    for (var j = 0u; j < VECS_PER_THREAD; j++) {
      let column = min(thread + j * WG, VALUE_VECS - 1u);
      var sum = sums[j] * fade;
      var at = row_of(tile) * V_ROW + kv_head * VALUE_VECS + column;
      for (var s = 0u; s < count; s++) {
        sum += tile_weights[s] * value_at(at);
        at = in_next_row(at, V_ROW);
      }
      sums[j] = sum;
    }
    workgroupBarrier();
  }

  for (var j = 0u; j < VECS_PER_THREAD; j++) {
    let column = thread + j * WG;
    if (column < VALUE_VECS) {
      if (SPLITS == 1u) {
        out[row * VALUE_VECS + column] = gated(group.y, head, column, sums[j] / denominator);
      } else {
        out[(row * SPLITS + group.z) * VALUE_VECS + column] = sums[j];
      }
    }
  }
  if (SPLITS > 1u && thread == 0u) {
    partials[row * SPLITS + group.z] = vec2<f32>(maximum, denominator);
  }
}
