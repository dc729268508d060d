// Q4_0 and IQ4_NL block: d (f16), then 16 bytes; byte b holds weights b (low nibble) and b + 16 (high); 18 bytes.
// Planes: see lib/dequant_q4_0.wgsl and lib/dequant_iq4_nl.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let quants = repack.base * 4u;
  for (var i = 0u; i < count; i++) {
    let block = (first + i) * 18u;
    for (var w = 0u; w < 4u; w++) {
      packed[quants + (unit + i) * 4u + w] = raw_word(block + 2u + 4u * w);
    }
  }
  repack_halves(quants + repack.units * 4u, first, count, 18u);
}
