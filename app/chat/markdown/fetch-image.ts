/** Brings an image that a model named, once the person has agreed to it. */

/** A picture of a phone has about 5 MB. */
const MAX_BYTES = 15_000_000;
/** No SVG: it is a document, with scripts and links. */
const TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'];

/** `blocked`: unreachable, or its server lets no other page read it. */
export type ImageFailure = 'blocked' | 'not-an-image' | 'too-large';

export class ImageError extends Error {
  readonly reason: ImageFailure;
  constructor(reason: ImageFailure) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Sends no cookies and no referrer. @throws ImageError
 */
export async function fetchImage(url: string, signal: AbortSignal): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch(url, { signal, credentials: 'omit', referrerPolicy: 'no-referrer', mode: 'cors' });
  } catch {
    throw new ImageError('blocked');
  }
  if (!response.ok || response.body === null) throw new ImageError('blocked');
  const type = (response.headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!TYPES.includes(type)) {
    await response.body.cancel();
    throw new ImageError('not-an-image');
  }
  return new Blob(await readLimited(response.body), { type });
}

/** A server may say any length, or none: what arrives is counted. */
async function readLimited(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>[]> {
  const reader = body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return chunks;
      bytes += value.length;
      if (bytes > MAX_BYTES) throw new ImageError('too-large');
      chunks.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    throw error instanceof ImageError ? error : new ImageError('blocked');
  }
}
