/**
 * GPT-2 writes each byte as one printable character so that tokens can be kept as text: printable Latin-1 stands for itself,
 * the other 68 bytes for U+0100 and up in order (a space is Ġ, a newline Ċ).
 */

const isPrintable = (byte: number): boolean =>
  (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;

const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = (() => {
  const bytes = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    bytes.set(String.fromCharCode(isPrintable(byte) ? byte : next++), byte);
  }
  return bytes;
})();

/** The bytes that a byte-level token stands for. Characters outside the alphabet stand for themselves, in UTF-8. */
export function bytesOfByteLevelToken(token: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const character of token) {
    const byte = BYTE_OF_CHARACTER.get(character);
    if (byte !== undefined) bytes.push(byte);
    else bytes.push(...new TextEncoder().encode(character));
  }
  return Uint8Array.from(bytes);
}
