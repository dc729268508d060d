/** Arrays in the form of numpy's `save`, for tests. */

/** `change`: the header as it is to be instead. */
export function npy(
  shape: readonly number[],
  values: readonly number[],
  type: '|u1' | '<u2' | '<i4',
  change: (header: string) => string = (header) => header,
): Uint8Array<ArrayBuffer> {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = change(`{'descr': '${type}', 'fortran_order': False, 'shape': (${axes}), }`);
  // Numpy pads, so that the data begins at a multiple of 64.
  const padded = `${header}${' '.repeat((64 - ((10 + header.length + 1) % 64)) % 64)}\n`;
  const size = Number(type.at(-1));
  const bytes = new Uint8Array(10 + padded.length + values.length * size);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, padded.length, true);
  bytes.set(new TextEncoder().encode(padded), 10);
  values.forEach((value, at) => {
    const place = 10 + padded.length + at * size;
    if (size === 1) view.setUint8(place, value);
    else if (size === 2) view.setUint16(place, value, true);
    else view.setInt32(place, value, true);
  });
  return bytes;
}

export function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
