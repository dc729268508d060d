// What latent attention reads (DeepSeek-V2, arXiv:2405.04434, section 2.1): a token's row [latent | shared key], as projected, joins the
// cache with its latent normed and its key rotated (lib/turn.wgsl), n / sqrt(mean(n²) + EPSILON) ⊙ weight; and the last ROPE_DIM numbers of
// each query head are rotated into the query of the latent space, behind what W_kb makes of the others.
// A group of LANES threads makes the row, or one head; workgroup y is the token.
@group(0) @binding(2) var<storage, read> kv: array<f32>;                 // [tokens, KV_TOKEN], from KV_START on [LATENT + ROPE_DIM]
@group(0) @binding(3) var<storage, read> x: array<f32>;                  // queries [tokens, X_TOKEN], heads X_HEAD apart
@group(0) @binding(4) var<storage, read> weight: array<f32>;             // [LATENT]
@group(0) @binding(5) var<storage, read_write> q: array<vec4<f32>>;      // [tokens, HEADS, (LATENT + ROPE_DIM) / 4]
@group(0) @binding(6) var<storage, read_write> cache: array<cache_vec>;  // [rows, CACHE_ROW]

override WG: u32;
override HEADS: u32;
override LATENT: u32; // in floats, as are the strides of kv and x
override KV_TOKEN: u32;
override KV_START: u32;
override X_TOKEN: u32;
override X_HEAD: u32;
override X_START: u32; // before a head's rotary numbers
override EPSILON: f32;
override CACHE_ROW: u32; // in vec4s
override BY_TOKEN: u32;  // to rows by token, for whoever caches them in another way

fn rotary(is_row: bool, at: u32) -> f32 {
  if (is_row) {
    return kv[at];
  }
  return x[at];
}

fn turned_number(is_row: bool, at: u32, position: u32, n: u32) -> f32 {
  return turned(position, n, rotary(is_row, at + n), rotary(is_row, at + turn_partner(n)));
}

// Four numbers from n on of the rotary ones that begin at `at`.
fn turned_vec(is_row: bool, at: u32, position: u32, n: u32) -> vec4<f32> {
  return vec4<f32>(
    turned_number(is_row, at, position, n),
    turned_number(is_row, at, position, n + 1u),
    turned_number(is_row, at, position, n + 2u),
    turned_number(is_row, at, position, n + 3u),
  );
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let lane = lane_of(thread);
  let index = group.x * (WG / LANES) + thread / LANES; // the row, then the heads
  let is_row = index == 0u;
  let position = step.position + group.y;
  let kv_at = group.y * KV_TOKEN + KV_START;
  var squares = vec4<f32>();
  for (var i = lane; i < select(0u, LATENT, is_row); i += LANES) {
    let n = kv[kv_at + i];
    squares.x += n * n;
  }
  let scale = 1.0 / sqrt(lane_sum(squares, lane).x / f32(LATENT) + EPSILON);
  let latent_vecs = LATENT / 4u;
  let turned_vecs = ROPE_DIM / 4u;
  if (is_row) {
    let to = select(row_of(position), group.y, BY_TOKEN == 1u) * CACHE_ROW;
    for (var i = lane; i < latent_vecs; i += LANES) {
      let at = kv_at + 4u * i;
      let numbers = vec4<f32>(kv[at], kv[at + 1u], kv[at + 2u], kv[at + 3u]);
      let weights = vec4<f32>(weight[4u * i], weight[4u * i + 1u], weight[4u * i + 2u], weight[4u * i + 3u]);
      cache[to + i] = cache_pack(numbers * scale * weights);
    }
    for (var i = lane; i < turned_vecs; i += LANES) {
      cache[to + latent_vecs + i] = cache_pack(turned_vec(true, kv_at + LATENT, position, 4u * i));
    }
  } else if (index <= HEADS) {
    let head = index - 1u;
    let at = group.y * X_TOKEN + head * X_HEAD + X_START;
    let to = (group.y * HEADS + head) * (latent_vecs + turned_vecs) + latent_vecs;
    for (var i = lane; i < turned_vecs; i += LANES) {
      q[to + i] = turned_vec(false, at, position, 4u * i);
    }
  }
}
