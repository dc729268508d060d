// MXFP4 block: the exponent e (a byte), then 16 bytes; byte b holds weights b (low nibble) and b + 16 (high); 17 bytes.
// Planes: see lib/dequant_mxfp4.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let exponents = quants + repack.units * 4u;
  for (var i = 0u; i < count; i++) {
    let block = (first + i) * 17u;
    for (var w = 0u; w < 4u; w++) {
      packed[quants + (unit + i) * 4u + w] = raw_word(block + 1u + 4u * w);
    }
  }
  for (var i = 0u; i < count; i += 4u) {
    var word = 0u;
    for (var j = 0u; j < min(4u, count - i); j++) {
      word |= (raw_word((first + i + j) * 17u) & 0xffu) << (8u * j);
    }
    packed[exponents + (unit + i) / 4u] = word;
  }
}
