// Q1_0 block of 128 weights: d (f16), then 16 bytes, weight b in bit b; 18 bytes.
// Planes: see lib/dequant_q1_0.wgsl.
fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let bits = repack.base * 4u;
  for (var i = 0u; i < count; i++) {
    packed[bits + unit + i] = bits_by_fours(raw_word(((first + i) / 4u) * 18u + 2u + 4u * (i % 4u)));
  }
  let block = (first / 4u) * 18u;
  var scales = raw_half(block);
  if (count > 4u) {
    scales |= raw_half(block + 18u) << 16u;
  }
  packed[bits + repack.units + unit / 8u] = scales;
}
