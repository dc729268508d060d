// Rotary position embedding (Su et al. 2021, arXiv:2104.09864) of ROPE_DIM numbers. NEOX pairs number i with i + ROPE_DIM / 2, otherwise 2i
// with 2i + 1. The table has (cos, sin) a position and pair: made in f64 on the CPU, YaRN included, because GPU sines are too coarse for
// far positions.
@group(0) @binding(1) var<storage, read> table: array<vec2<f32>>; // [context, ROPE_DIM / 2]

override ROPE_DIM: u32; // 0: nothing is rotated
override NEOX: u32;

override PAIRS: u32 = max(ROPE_DIM / 2u, 1u);

// The number of the pair that number n is not.
fn turn_partner(n: u32) -> u32 {
  if (NEOX == 1u) {
    return select(n + PAIRS, n - PAIRS, n >= PAIRS);
  }
  return n ^ 1u;
}

// Number n, turned together with its partner.
fn turned(position: u32, n: u32, own: f32, partner: f32) -> f32 {
  let turn = table[position * PAIRS + select(n / 2u, n % PAIRS, NEOX == 1u)];
  let is_second = select(n % 2u == 1u, n >= PAIRS, NEOX == 1u);
  return own * turn.x + select(-partner, partner, is_second) * turn.y;
}
