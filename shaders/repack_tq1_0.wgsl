// TQ1_0 block of 256 weights: bytes that hold five trits each as a fraction of 3^5, 48 of them, 4 bytes of four trits, d (f16);
// 54 bytes. Trit n of the first 32 bytes are weights 32n to 32n + 31; of the next 16, 160 + 16n to 160 + 16n + 15; of the last 4,
// 240 + 4n to 240 + 4n + 3.
// Planes: those of TQ2_0, in two bits: lib/dequant_tq2_0.wgsl.

// Trit n of four bytes, a byte each.
fn trits(word: u32, n: u32) -> u32 {
  var power = 1u;
  for (var i = 0u; i < n; i++) {
    power *= 3u;
  }
  var found = 0u;
  for (var j = 0u; j < 4u; j++) {
    let fraction = (((word >> (8u * j)) & 0xffu) * power) & 0xffu;
    found |= ((fraction * 3u) >> 8u) << (8u * j);
  }
  return found;
}

fn repack_eight(first: u32, count: u32) {
  let block = (first / 8u) * 54u;
  let unit = repack.first + first;
  let pairs = repack.base * 4u;
  for (var sixteen = 0u; sixteen < 16u; sixteen++) {
    var word = 0u;
    for (var i = 0u; i < 4u; i++) {
      var four = 0u;
      if (sixteen < 10u) {
        four = trits(raw_word(block + 16u * (sixteen % 2u) + 4u * i), sixteen / 2u);
      } else if (sixteen < 15u) {
        four = trits(raw_word(block + 32u + 4u * i), sixteen - 10u);
      } else {
        four = trits(raw_word(block + 48u), i);
      }
      word |= four << (2u * i);
    }
    packed[pairs + unit * 2u + sixteen] = word;
  }
  packed[pairs + repack.units * 2u + unit / 8u] = raw_half(block + 52u);
}
