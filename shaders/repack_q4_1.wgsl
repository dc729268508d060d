// Q4_1 block: d and m (f16), then 16 bytes; byte b holds weights b (low nibble) and b + 16 (high); 20 bytes.
// Planes: see lib/dequant_q4_1.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  let factors = quants + repack.units * 4u;
  for (var i = 0u; i < count; i++) {
    let block = (first + i) * 20u;
    packed[factors + unit + i] = raw_word(block);
    for (var w = 0u; w < 4u; w++) {
      packed[quants + (unit + i) * 4u + w] = raw_word(block + 4u + 4u * w);
    }
  }
}
