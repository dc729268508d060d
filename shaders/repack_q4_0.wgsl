// Q4_0 block: d (f16), then 16 bytes; byte b holds weights b (low nibble) and b + 16 (high); 18 bytes.
// Planes: see lib/dequant_q4_0.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let scales = quants + repack.units * 4u;
  for (var i = 0u; i < count; i++) {
    let block = (first + i) * 18u;
    for (var w = 0u; w < 4u; w++) {
      packed[quants + (unit + i) * 4u + w] = raw_word(block + 2u + 4u * w);
    }
  }
  for (var i = 0u; i < count; i += 2u) {
    var pair = raw_half((first + i) * 18u);
    if (i + 1u < count) {
      pair |= raw_half((first + i + 1u) * 18u) << 16u;
    }
    packed[scales + (unit + i) / 2u] = pair;
  }
}
