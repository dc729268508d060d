// What attention.wgsl computes, without workgroup memory: a thread makes all of one head's output for one token, KEY_BLOCK
// positions at a time, with a running softmax. For software adapters.
// Workgroup x: (token, head) pairs, z: splits; bindings and splits as in attention.wgsl.
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

const KEY_BLOCK = 8u;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let row = group.x * WG + thread;
  let token = row / HEADS;
  if (token >= step.tokens) {
    return;
  }
  let head = row % HEADS;
  let kv_head = head / (HEADS / KV_HEADS);
  let position = step.position + token;
  let scale = query_scale(position);
  var query: array<vec4<f32>, KEY_VECS>;
  for (var i = 0u; i < KEY_VECS; i++) {
    query[i] = q[row * KEY_VECS + i] * scale;
  }

  let span = span_of(position, group.z);
  let start = softmax_start(head, group.z);
  var maximum = start.x;
  var denominator = start.y;
  var sums: array<vec4<f32>, VALUE_VECS>;
  for (var block = span.begin; block < span.end; block += KEY_BLOCK) {
    let count = min(KEY_BLOCK, span.end - block);
    var weights: array<f32, KEY_BLOCK>;
    var new_maximum = maximum;
    for (var s = 0u; s < count; s++) {
      let at = row_of(block + s) * K_ROW + kv_head * KEY_VECS;
      var products = vec4<f32>();
      for (var i = 0u; i < KEY_VECS; i++) {
        products += query[i] * key_at(at + i);
      }
      weights[s] = capped(dot(products, vec4<f32>(1.0)));
      new_maximum = max(new_maximum, weights[s]);
    }
    let fade = exp(maximum - new_maximum);
    maximum = new_maximum;
    denominator *= fade;
    for (var s = 0u; s < count; s++) {
      weights[s] = exp(weights[s] - maximum);
      denominator += weights[s];
    }
    let v_at = row_of(block) * V_ROW + kv_head * VALUE_VECS;
    for (var column = 0u; column < VALUE_VECS; column++) {
      var sum = sums[column] * fade;
      var at = v_at + column;
      for (var s = 0u; s < count; s++) {
        sum += weights[s] * value_at(at);
        at = in_next_row(at, V_ROW);
      }
      sums[column] = sum;
    }
  }

  if (SPLITS == 1u) {
    for (var column = 0u; column < VALUE_VECS; column++) {
      out[row * VALUE_VECS + column] = gated(token, head, column, sums[column] / denominator);
    }
  } else {
    for (var column = 0u; column < VALUE_VECS; column++) {
      out[(row * SPLITS + group.z) * VALUE_VECS + column] = sums[column];
    }
    partials[row * SPLITS + group.z] = vec2<f32>(maximum, denominator);
  }
}
