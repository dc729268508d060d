import type { StoreEnvironment } from './environment.ts';

export async function sha256(data: BufferSource, { subtle }: StoreEnvironment): Promise<ArrayBuffer | null> {
  return subtle ? subtle.digest('SHA-256', data) : null;
}

/** Whether data still have the hash that they were stored with; true where there is nothing to compare. */
export async function hasHash(
  data: ArrayBuffer | Uint8Array<ArrayBuffer>,
  hash: ArrayBuffer | null,
  env: StoreEnvironment,
): Promise<boolean> {
  const actual = hash && (await sha256(data, env));
  if (!hash || !actual || actual.byteLength !== hash.byteLength) return !hash || !actual;
  const [a, b] = [new Uint8Array(actual), new Uint8Array(hash)];
  return a.every((byte, i) => byte === b[i]);
}

/** Hex SHA-256 of a text; the text itself where there is no `crypto.subtle`. */
export async function digestOfText(text: string, env: StoreEnvironment): Promise<string> {
  const hash = await sha256(new TextEncoder().encode(text), env);
  if (!hash) return text;
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
