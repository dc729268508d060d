/** IEEE half precision to a number; exact. */
export function f16ToF32(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const BITS = new DataView(new ArrayBuffer(4));

/** bfloat16 is the upper half of an f32. */
export function bf16ToF32(bits: number): number {
  BITS.setUint32(0, bits << 16);
  return BITS.getFloat32(0);
}

/** The nearest f16, ties to even, of a number among f16's normal ones. */
export function nearestF16(value: number): number {
  BITS.setFloat32(0, value);
  const bits = BITS.getUint32(0);
  BITS.setUint32(0, (bits + 0xfff + ((bits >>> 13) & 1)) & 0xffffe000);
  return BITS.getFloat32(0);
}
