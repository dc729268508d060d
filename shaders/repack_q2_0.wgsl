// Q2_0 block of 64 weights: d (f16), then 16 bytes, weight 4b + j in bits 2j and 2j + 1 of byte b; 18 bytes.
// Planes: see lib/dequant_q2_0.wgsl.

// Bits 2j and 2j + 1 of byte i to bits 2i and 2i + 1 of byte j.
fn pairs_by_fours(word: u32) -> u32 {
  var turned = 0u;
  for (var i = 0u; i < 4u; i++) {
    let byte = word >> (8u * i);
    turned |= ((byte & 3u) | ((byte & 12u) << 6u) | ((byte & 48u) << 12u) | ((byte & 192u) << 18u)) << (2u * i);
  }
  return turned;
}

fn repack_eight(first: u32, count: u32) {
  let unit = repack.first + first;
  let pairs = repack.base * 4u;
  for (var i = 0u; i < count; i++) {
    let sixteens = ((first + i) / 2u) * 18u + 2u + 8u * (i % 2u);
    packed[pairs + (unit + i) * 2u] = pairs_by_fours(raw_word(sixteens));
    packed[pairs + (unit + i) * 2u + 1u] = pairs_by_fours(raw_word(sixteens + 4u));
  }
  let scales = pairs + repack.units * 2u;
  for (var i = 0u; i < count; i += 4u) {
    let block = ((first + i) / 2u) * 18u;
    var two = raw_half(block);
    if (i + 2u < count) {
      two |= raw_half(block + 18u) << 16u;
    }
    packed[scales + (unit + i) / 4u] = two;
  }
}
