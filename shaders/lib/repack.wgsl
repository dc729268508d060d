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


@compute @workgroup_size(WG)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let first = ((group.y * GROUPS_PER_ROW + group.x) * WG + thread) * GROUP_UNITS;
  if (first < repack.count) {
    repack_eight(first, min(GROUP_UNITS, repack.count - first));
  }
}
