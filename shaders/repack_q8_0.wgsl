// Q8_0 block: d (f16), then 32 signed bytes; 34 bytes. Planes: see lib/dequant_q8_0.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  for (var i = 0u; i < count; i++) {
    let block = (first + i) * 34u;
    for (var w = 0u; w < 8u; w++) {
      packed[quants + (unit + i) * 8u + w] = raw_word(block + 2u + 4u * w);
    }
  }
  repack_halves(quants + repack.units * 8u, first, count, 34u);
}
