// Shared by the repack kernels: splits GGUF blocks, whose sizes are no multiples of 4, into aligned planes. One thread
// takes 8 units (256 weights), so that no two threads write one word.
struct Repack {
  base: u32,   // first vec4 of the matrix in `packed`
  units: u32,  // units of 32 weights in the whole matrix
  first: u32,  // first unit of this piece, a multiple of 8
  count: u32,  // units in this piece
}
@group(0) @binding(0) var<uniform> repack: Repack;
@group(0) @binding(1) var<storage, read> raw: array<u32>;            // the piece as in the file
@group(0) @binding(2) var<storage, read_write> packed: array<u32>;   // planes, as the dequant fragments read them

override WG: u32;
const GROUPS_PER_ROW = 32768u; // dispatches are folded into two dimensions
const GROUP_UNITS = 8u;        // that a thread takes

// The word at any byte offset of the piece.
fn raw_word(offset: u32) -> u32 {
  let i = offset / 4u;
  let shift = 8u * (offset % 4u);
  if (shift == 0u) {
    return raw[i];
  }
  return (raw[i] >> shift) | (raw[i + 1u] << (32u - shift));
}

fn raw_half(offset: u32) -> u32 {
  return (raw[offset / 4u] >> (8u * (offset % 4u))) & 0xffffu; // blocks start at even offsets
}

// Copies words that lie at any byte of the piece.
fn copy_words(to: u32, bytes: u32, count: u32) {
  for (var w = 0u; w < count; w++) {
    packed[to + w] = raw_word(bytes + 4u * w);
  }
}

// Words of a plane with a byte per unit, filled up to whole vec4s.
fn byte_plane_words() -> u32 {
  return (repack.units + 15u) / 16u * 4u;
}

// Words of a plane with `per_unit` words per unit, filled up to whole vec4s.
fn plane_words(per_unit: u32) -> u32 {
  return (repack.units * per_unit + 3u) / 4u * 4u;
}

// Blocks of one unit that begin with an f16: a plane of those.
fn repack_halves(plane: u32, first: u32, count: u32, block_bytes: u32) {
  for (var i = 0u; i < count; i += 2u) {
    var pair = raw_half((first + i) * block_bytes);
    if (i + 1u < count) {
      pair |= raw_half((first + i + 1u) * block_bytes) << 16u;
    }
    packed[plane + (repack.first + first + i) / 2u] = pair;
  }
}

// One bit per weight, weight b's in bit b, to the order of lib/nibbles.wgsl: bit i of byte j is weight 4i + j's.
fn bits_by_fours(bits: u32) -> u32 {
  var word = 0u;
  for (var i = 0u; i < 8u; i++) {
    let four = (bits >> (4u * i)) & 15u;
    word |= ((four & 1u) | ((four & 2u) << 7u) | ((four & 4u) << 14u) | ((four & 8u) << 21u)) << i;
  }
  return word;
}

// Bit u of each of 32 bytes from `bytes` on, in the same order.
fn single_bits(bytes: u32, u: u32) -> u32 {
  var word = 0u;
  for (var i = 0u; i < 8u; i++) {
    word |= ((raw_word(bytes + 4u * i) >> u) & 0x01010101u) << i;
  }
  return word;
}

// 64 bytes of bit pairs from `bytes` on, as Q2_K and Q3_K have them, to the order of lib/nibbles.wgsl.
fn repack_k_pairs(plane: u32, unit: u32, bytes: u32) {
  for (var u = 0u; u < 8u; u++) {
    for (var h = 0u; h < 2u; h++) {
      packed[plane + (unit + u) * 2u + h] = four_pairs(bytes + 32u * (u / 4u) + 16u * h, u % 4u);
    }
  }
}

// Bits 2j and 2j + 1 of each of 16 bytes from `bytes` on.
fn four_pairs(bytes: u32, j: u32) -> u32 {
  var word = 0u;
  for (var i = 0u; i < 4u; i++) {
    word |= ((raw_word(bytes + 4u * i) >> (2u * j)) & 0x03030303u) << (2u * i);
  }
  return word;
}

@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let first = ((group.y * GROUPS_PER_ROW + group.x) * WG + thread) * GROUP_UNITS;
  if (first < repack.count) {
    repack_eight(first, min(GROUP_UNITS, repack.count - first));
  }
}
