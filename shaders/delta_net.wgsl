// The gated delta rule (Yang et al. 2024, arXiv:2412.06464), head by head, for the step's tokens one after the other:
//   S = decay(t) ⊙ S,   d = sigmoid(beta[t]) · (v[t] - S k[t]),   S = S + d k[t]ᵀ,   out[t] = SCALE · S q[t]
// with q and k divided by their lengths. What fades, and how fast, is in lib/decay_*.wgsl: a whole head (GATE_VECS = 1), or each key
// channel by itself (Kimi Delta Attention, arXiv:2510.26692). Whose keys a head reads is in lib/heads_*.wgsl.
// A state S [HEADS, KEY_VECS, VALUES] has four keys to a vec4. It is read from the copy `step.state_from`, is zero at position 0,
// and goes to the copy `step.state_to`. In between it is in registers: PARTS threads share a column of S, VECS vec4s each.
// Workgroup x: COLUMNS of a head's value columns, y: the head. TILE tokens at a time lie in workgroup memory; a token costs one
// barrier, because S q = (S before d) q + d (k q) needs no second sum over the parts.
// With D numbers a head, a token costs 4 D² multiplications. By chunks of C tokens (Yang et al. 2024, arXiv:2406.06484) it costs
// 3 D² + 5 C D, or 3 D² + 2.5 C D without the empty triangles: 1.4 or 1.1 times as many at D = 128 and C = 64. That form pays on
// matrix units, and where columns and heads are too few to keep a GPU busy.
@group(0) @binding(1) var<storage, read> x: array<vec4<f32>>;          // [tokens, X_TOKEN]: all queries, all keys, then the values
@group(0) @binding(2) var<storage, read> values: array<f32>;           // the same buffer
@group(0) @binding(3) var<storage, read> betas: array<f32>;            // [tokens, BETA_TOKEN], from BETA_START on [HEADS]
@group(0) @binding(4) var<storage, read_write> state: array<vec4<f32>>; // [copies, HEADS, KEY_VECS, VALUES]
@group(0) @binding(5) var<storage, read_write> out: array<f32>;        // [tokens, HEADS, VALUES]

// Constants of the prelude: WG = COLUMNS · PARTS threads, TILE, KEY_VECS = VECS · PARTS, GATE_VECS (1 or KEY_VECS). As overrides that size
// workgroup arrays together they end Firefox's process (naga).
override HEADS: u32;
override KEY_HEADS: u32;
override VALUES: u32;
override X_TOKEN: u32;    // vec4s
override BETA_TOKEN: u32; // floats
override BETA_START: u32;
override EPSILON: f32;
override SCALE: f32;

var<workgroup> queries: array<vec4<f32>, TILE * KEY_VECS>;
var<workgroup> keys: array<vec4<f32>, TILE * KEY_VECS>;
var<workgroup> decays: array<vec4<f32>, TILE * GATE_VECS>;
var<workgroup> products: array<f32, TILE * 3u * PARTS>; // of each token k k, q q and k q, part by part
var<workgroup> partials: array<vec2<f32>, 2u * WG>;

fn product(which: u32) -> f32 {
  var sum = 0.0;
  for (var p = which * PARTS; p < (which + 1u) * PARTS; p++) {
    sum += products[p];
  }
  return sum;
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let head = group.y;
  let key_head = key_head_of(head);
  let part = thread / COLUMNS;
  let wanted = group.x * COLUMNS + thread % COLUMNS;
  let column = min(wanted, VALUES - 1u);
  let first = part * VECS;
  let at = (head * KEY_VECS + first) * VALUES + column;
  let copy_vecs = HEADS * KEY_VECS * VALUES;

  var s: array<vec4<f32>, VECS>;
  if (step.position > 0u) {
    for (var i = 0u; i < VECS; i++) {
      s[i] = state[step.state_from * copy_vecs + at + i * VALUES];
    }
  }

  for (var begin = 0u; begin < step.tokens; begin += TILE) {
    let count = min(TILE, step.tokens - begin);
    workgroupBarrier();
    for (var i = thread; i < count * KEY_VECS; i += WG) {
      let source = (begin + i / KEY_VECS) * X_TOKEN + key_head * KEY_VECS + i % KEY_VECS;
      queries[i] = x[source];
      keys[i] = x[source + KEY_HEADS * KEY_VECS];
    }
    for (var i = thread; i < count * GATE_VECS; i += WG) {
      decays[i] = decay(begin + i / GATE_VECS, head, i % GATE_VECS);
    }
    workgroupBarrier();
    for (var i = thread; i < count * 3u * PARTS; i += WG) {
      let which = i / PARTS % 3u;
      let row = i / (3u * PARTS) * KEY_VECS + i % PARTS * VECS;
      var sum = vec4<f32>();
      for (var j = row; j < row + VECS; j++) {
        let k = keys[j];
        let q = queries[j];
        sum += select(k, q, which == 1u) * select(q, k, which == 0u);
      }
      products[i] = dot(sum, vec4<f32>(1.0));
    }
    workgroupBarrier();

    for (var t = 0u; t < count; t++) {
      let token = begin + t;
      let v = values[token * X_TOKEN * 4u + KEY_HEADS * KEY_VECS * 8u + head * VALUES + column];
      let beta = 1.0 / (1.0 + exp(-betas[token * BETA_TOKEN + BETA_START + place_of(head)]));
      var s_keys = vec4<f32>();
      var s_queries = vec4<f32>();
      for (var i = 0u; i < VECS; i++) {
        let row = t * KEY_VECS + first + i;
        s[i] *= decays[select(row, t, GATE_VECS == 1u)];
        s_keys += s[i] * keys[row];
        s_queries += s[i] * queries[row];
      }
      let turn = t % 2u * WG;
      partials[turn + thread] = vec2<f32>(dot(s_keys, vec4<f32>(1.0)), dot(s_queries, vec4<f32>(1.0)));
      workgroupBarrier();
      var sums = vec2<f32>();
      for (var p = thread % COLUMNS; p < WG; p += COLUMNS) {
        sums += partials[turn + p];
      }
      let k_scale = 1.0 / max(sqrt(product(t * 3u)), EPSILON);
      let q_scale = SCALE / max(sqrt(product(t * 3u + 1u)), EPSILON);
      let d = beta * (v - k_scale * sums.x) * k_scale;
      for (var i = 0u; i < VECS; i++) {
        s[i] += d * keys[t * KEY_VECS + first + i];
      }
      if (part == 0u && wanted < VALUES) {
        out[(token * HEADS + head) * VALUES + column] = q_scale * (sums.y + d * product(t * 3u + 2u));
      }
    }
  }

  if (wanted < VALUES) {
    for (var i = 0u; i < VECS; i++) {
      state[step.state_to * copy_vecs + at + i * VALUES] = s[i];
    }
  }
}
