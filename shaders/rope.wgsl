// Rotary position embedding (Su et al. 2021, arXiv:2104.09864) on ROPE_DIM numbers of each head, in place or into y: see
// lib/rope_in_place.wgsl and lib/rope_out.wgsl. NEOX pairs number i with i + ROPE_DIM / 2, otherwise 2i with 2i + 1.
// The table has (cos, sin) a position and pair: made in f64 on the CPU, YaRN included, because GPU sines are too coarse
// for far positions. A thread turns one pair; workgroup y is the token.
@group(0) @binding(1) var<storage, read> table: array<vec2<f32>>; // [context, ROPE_DIM / 2]

override WG: u32;
override HEADS: u32;
override ROPE_DIM: u32;
override X_TOKEN: u32;  // floats from one token to the next, one head to the next, and before the rotated part
override X_HEAD: u32;
override X_OFFSET: u32;
override Y_TOKEN: u32;
override Y_HEAD: u32;
override Y_OFFSET: u32;
override NEOX: u32;

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let pairs = ROPE_DIM / 2u;
  let index = group.x * WG + thread;
  if (index >= HEADS * pairs) {
    return;
  }
  let head = index / pairs;
  let pair = index % pairs;
  let turn = table[(step.position + group.y) * pairs + pair];
  let first = select(2u * pair, pair, NEOX == 1u);
  let second = first + select(1u, pairs, NEOX == 1u);
  let x_at = group.y * X_TOKEN + head * X_HEAD + X_OFFSET;
  let y_at = group.y * Y_TOKEN + head * Y_HEAD + Y_OFFSET;
  let a = rope_input(x_at + first);
  let b = rope_input(x_at + second);
  y[y_at + first] = a * turn.x - b * turn.y;
  y[y_at + second] = a * turn.y + b * turn.x;
}
