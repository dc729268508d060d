// E2M1, the four-bit float of MXFP4 and NVFP4: v, twice its value, is one of 0, 1, 2, 3, 4, 6, 8, 12 or the same below zero.

// Bytes of E2M1 bits to bytes of 12 + v: no table, four at a time.
fn e2m1_bytes(n: u32) -> u32 {
  let bit0 = n & SINGLE_BITS;
  let bit1 = (n >> 1u) & SINGLE_BITS;
  let bit2 = (n >> 2u) & SINGLE_BITS;
  let sign = (n >> 3u) & SINGLE_BITS;
  let mantissa = ((bit1 | bit2) << 1u) | bit0;               // 0, 1, 2, 3, then 2, 3, 2, 3
  let doubled = (bit2 << 4u) - bit2;                         // 15 in the bytes whose exponent is 2 or 3
  let quadrupled = ((bit2 & bit1) << 4u) - (bit2 & bit1);    // 15 in those whose exponent is 3
  let v = mantissa + (mantissa & doubled) + ((mantissa & quadrupled) << 1u);
  return 0x0c0c0c0cu + v - ((v & ((sign << 4u) - sign)) << 1u);
}
