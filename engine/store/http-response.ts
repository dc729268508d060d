import { EngineError } from '../errors.ts';
import type { StoreEnvironment } from './environment.ts';
import { PassingFailure, retryAfter } from './retry.ts';

/** What tells one version of a remote file from another. */
export interface RemoteVersion {
  readonly size: number;
  /** `etag:…` or `modified:…`; undefined where the server says neither, or CORS hides both. */
  readonly validator: string | undefined;
}

/**
 * Asks for bytes [start, end). A `Range` of this simple form needs no CORS preflight; `If-Range` would, and many model hosts
 * refuse it, so that a changed file is noticed by comparing each answer's validator and size instead.
 *
 * @throws PassingFailure where trying again may help; EngineError `network` where it will not
 */
export async function requestRange(
  url: string,
  [start, end]: readonly [number, number],
  env: StoreEnvironment,
  signal: AbortSignal,
): Promise<Response> {
  const response = await request(url, { headers: { Range: `bytes=${start}-${end - 1}` } }, env, signal);
  // The store is the cache; a second copy in the browser's HTTP cache would only take room.
  const { status } = response;
  if (status === 200 || status === 206) {
    if (/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
      await discard(response);
      throw new EngineError(
        'network',
        `${url} is a web page, not a model file. Use the address that downloads the file itself.`,
      );
    }
    return response;
  }
  await discard(response);
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    throw new PassingFailure(`the server answered HTTP ${status}`, retryAfter(response, env.now()));
  }
  throw new EngineError('network', `${url} could not be read: ${meaningOf(status)}`);
}

/** Size by a HEAD request, for servers whose `Content-Range` CORS hides. */
export async function requestSize(
  url: string,
  env: StoreEnvironment,
  signal: AbortSignal,
): Promise<number | undefined> {
  const response = await request(url, { method: 'HEAD' }, env, signal);
  return response.ok ? contentLength(response) : undefined;
}

async function request(url: string, init: RequestInit, env: StoreEnvironment, signal: AbortSignal): Promise<Response> {
  const impatient = new AbortController();
  const timer = setTimeout(() => impatient.abort(), env.patienceMs);
  try {
    return await env.fetch(url, { ...init, cache: 'no-store', signal: AbortSignal.any([signal, impatient.signal]) });
  } catch (error) {
    if (impatient.signal.aborted) throw new PassingFailure(`${new URL(url).host} does not answer`, undefined, error);
    // fetch says "TypeError: Failed to fetch" for no network, no such host, and no permission (CORS) alike.
    throw new PassingFailure(
      `${new URL(url).host} could not be reached, or does not let other pages read its files (CORS)`,
      undefined,
      error,
    );
  } finally {
    clearTimeout(timer);
  }
}

function meaningOf(status: number): string {
  switch (status) {
    case 401:
    case 403:
      return `the server refuses it (HTTP ${status}). It may need an account, or the link has expired.`;
    case 404:
    case 410:
      return `there is no such file (HTTP ${status}). Check the address.`;
    case 416:
      return 'the file is empty, or shorter than it was (HTTP 416).';
    default:
      return `the server answered HTTP ${status}.`;
  }
}

export function validatorOf({ headers }: Response): string | undefined {
  const etag = headers.get('etag');
  // Weak tags may differ between compressed and plain answers, and between the machines of one host.
  if (etag !== null && !etag.startsWith('W/')) return `etag:${etag}`;
  const modified = headers.get('last-modified');
  return modified === null ? undefined : `modified:${modified}`;
}

/** False only where both say something of the same kind, and it differs: one machine of a host may send less than another. */
export function isSameVersion(a: RemoteVersion, b: Partial<RemoteVersion>): boolean {
  if (b.size !== undefined && a.size !== b.size) return false;
  const kind = (validator: string): string => validator.slice(0, validator.indexOf(':'));
  if (a.validator === undefined || b.validator === undefined || kind(a.validator) !== kind(b.validator)) return true;
  return a.validator === b.validator;
}

/** `bytes 0-99/1000`; undefined where absent or hidden by CORS. */
export function contentRange({
  headers,
}: Response): { start: number; end: number; size: number | undefined } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/i.exec(headers.get('content-range')?.trim() ?? '');
  if (!match) return undefined;
  const [, first, last, size] = match;
  return { start: Number(first), end: Number(last) + 1, size: size === '*' ? undefined : Number(size) };
}

/** Size of the body; undefined where it is not said, or is that of a compressed form. */
export function contentLength({ headers }: Response): number | undefined {
  const value = headers.get('content-length');
  const encoding = headers.get('content-encoding');
  if (value === null || !/^\d+$/.test(value) || (encoding !== null && encoding !== 'identity')) return undefined;
  return Number(value);
}

/** Lets go of a connection whose body is not wanted; that it may be broken already does not matter. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}
