// What the blocks of Q4_K and Q5_K have in common.

// 128 bytes of nibbles from `bytes` on: byte 32p + b holds weight 64p + b (low) and 64p + 32 + b (high).
fn repack_k_nibbles(plane: u32, unit: u32, bytes: u32) {
  for (var u = 0u; u < 8u; u++) {
    // Weights b and b + 16 of this unit have the same nibble of bytes b and b + 16 of its 32 bytes.
    let start = bytes + 32u * (u / 2u);
    let shift = 4u * (u % 2u);
    for (var w = 0u; w < 4u; w++) {
      let low = (raw_word(start + 4u * w) >> shift) & 0x0f0f0f0fu;
      let high = (raw_word(start + 16u + 4u * w) >> shift) & 0x0f0f0f0fu;
      packed[plane + (unit + u) * 4u + w] = low | (high << 4u);
    }
  }
}

// d and dmin, then 12 bytes: scales and mins 0..3 are the low six bits of bytes 0..3 and 4..7; for 4..7 the low four bits
// are in the nibbles of bytes 8..11 and the upper two are the top bits of bytes 0..3 and 4..7.
fn repack_k_scales(plane: u32, unit: u32, block: u32) {
  let a = raw_word(block + 4u);
  let b = raw_word(block + 8u);
  let c = raw_word(block + 12u);
  let at = plane + unit / 2u;
  packed[at] = a & 0x3f3f3f3fu;
  packed[at + 1u] = (c & 0x0f0f0f0fu) | ((a >> 2u) & 0x30303030u);
  packed[at + 2u] = b & 0x3f3f3f3fu;
  packed[at + 3u] = ((c >> 4u) & 0x0f0f0f0fu) | ((b >> 2u) & 0x30303030u);
  packed[plane + repack.units / 2u + unit / 8u] = raw_word(block);
}
