// What delta_net.wgsl computes, without workgroup memory: a thread has COLUMNS whole columns of a head's state. For software adapters.
// Workgroup x: blocks of COLUMNS · WG value columns, y: the head; bindings as in delta_net.wgsl.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;          // [tokens, X_TOKEN]: all queries, all keys, then the values
@group(0) @binding(2) var<storage, read> values: array<f32>;           // the same buffer
@group(0) @binding(3) var<storage, read> betas: array<f32>;            // [tokens, BETA_TOKEN], from BETA_START on [HEADS]
@group(0) @binding(4) var<storage, read_write> state: array<vec4<f32>>; // [copies, HEADS, KEY_VECS, VALUES]
@group(0) @binding(5) var<storage, read_write> out: array<f32>;        // [tokens, HEADS, VALUES]

override WG: u32;
override HEADS: u32;
override KEY_HEADS: u32;
override VALUES: u32;
override GATE_VECS: u32; // 1 or KEY_VECS
override X_TOKEN: u32;    // vec4s
override BETA_TOKEN: u32; // floats
override BETA_START: u32;
override EPSILON: f32;
override SCALE: f32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let head = group.y;
  let key_head = key_head_of(head);
  let column = (group.x * WG + thread) * COLUMNS;
  if (column >= VALUES) {
    return;
  }
  let columns = min(COLUMNS, VALUES - column);
  let at = head * KEY_VECS * VALUES + column;
  let copy_vecs = HEADS * KEY_VECS * VALUES;

  var s: array<vec4<f32>, KEY_VECS * COLUMNS>;
  if (step.position > 0u) {
    for (var i = 0u; i < KEY_VECS; i++) {
      for (var c = 0u; c < columns; c++) {
        s[i * COLUMNS + c] = state[step.state_from * copy_vecs + at + i * VALUES + c];
      }
    }
  }

  var s_keys: array<vec4<f32>, COLUMNS>;
  var s_queries: array<vec4<f32>, COLUMNS>;
  var d: array<f32, COLUMNS>;
  for (var token = 0u; token < step.tokens; token++) {
    let q_at = token * X_TOKEN + key_head * KEY_VECS;
    let k_at = q_at + KEY_HEADS * KEY_VECS;
    var decayed = decay(token, head, 0u);
    var k_k = vec4<f32>();
    var q_q = vec4<f32>();
    var k_q = vec4<f32>();
    // Declared in here, they would not be zeros for each token: SwiftShader, 2026.
    for (var c = 0u; c < COLUMNS; c++) {
      s_keys[c] = vec4<f32>();
      s_queries[c] = vec4<f32>();
    }
    for (var i = 0u; i < KEY_VECS; i++) {
      let k = x[k_at + i];
      let q = x[q_at + i];
      k_k += k * k;
      q_q += q * q;
      k_q += k * q;
      if (GATE_VECS > 1u) {
        decayed = decay(token, head, i);
      }
      for (var c = 0u; c < COLUMNS; c++) {
        let faded = decayed * s[i * COLUMNS + c];
        s[i * COLUMNS + c] = faded;
        s_keys[c] += faded * k;
        s_queries[c] += faded * q;
      }
    }
    let k_scale = 1.0 / max(sqrt(dot(k_k, vec4<f32>(1.0))), EPSILON);
    let q_scale = SCALE / max(sqrt(dot(q_q, vec4<f32>(1.0))), EPSILON);
    let beta = 1.0 / (1.0 + exp(-betas[token * BETA_TOKEN + BETA_START + place_of(head)]));
    for (var c = 0u; c < columns; c++) {
      let v = values[token * X_TOKEN * 4u + KEY_HEADS * KEY_VECS * 8u + head * VALUES + column + c];
      d[c] = beta * (v - k_scale * dot(s_keys[c], vec4<f32>(1.0))) * k_scale;
      let s_query = dot(s_queries[c], vec4<f32>(1.0)) + d[c] * dot(k_q, vec4<f32>(1.0));
      out[(token * HEADS + head) * VALUES + column + c] = q_scale * s_query;
    }
    for (var i = 0u; i < KEY_VECS; i++) {
      let k = x[k_at + i];
      for (var c = 0u; c < COLUMNS; c++) {
        s[i * COLUMNS + c] += d[c] * k;
      }
    }
  }

  for (var i = 0u; i < KEY_VECS; i++) {
    for (var c = 0u; c < columns; c++) {
      state[step.state_to * copy_vecs + at + i * VALUES + c] = s[i * COLUMNS + c];
    }
  }
}
