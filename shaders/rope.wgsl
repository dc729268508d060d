// Rotary position embedding, in place (Su et al. 2021, arXiv:2104.09864), on ROPE_DIM numbers of each head from HEAD_OFFSET.
// NEOX pairs number i with i + ROPE_DIM / 2, otherwise 2i with 2i + 1. The table has (cos, sin) a position and pair: f64 on the
// CPU, YaRN included, because GPU sines are too coarse for far positions. A thread turns one pair; workgroup y is the token.
@group(0) @binding(1) var<storage, read> table: array<vec2<f32>>;      // [context, ROPE_DIM / 2]
@group(0) @binding(2) var<storage, read_write> x: array<f32>;          // [tokens, HEADS, HEAD_DIM]

override WG: u32;
override HEADS: u32;
override HEAD_DIM: u32;
override HEAD_OFFSET: u32;
override ROPE_DIM: u32;
override X_TOKEN: u32; // floats from one token to the next
override NEOX: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let pairs = ROPE_DIM / 2u;
  let index = group.x * WG + thread;
  if (index >= HEADS * pairs) {
    return;
  }
  let pair = index % pairs;
  let turn = table[(step.position + group.y) * pairs + pair];
  let head_at = group.y * X_TOKEN + index / pairs * HEAD_DIM + HEAD_OFFSET;
  let a_at = head_at + select(2u * pair, pair, NEOX == 1u);
  let b_at = a_at + select(1u, pairs, NEOX == 1u);
  let a = x[a_at];
  let b = x[b_at];
  x[a_at] = a * turn.x - b * turn.y;
  x[b_at] = a * turn.y + b * turn.x;
}
