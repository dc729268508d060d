import { EngineError } from '../errors.ts';
import type { StoreEnvironment } from './environment.ts';

/** A failure that may pass: trying again is worth it. */
export class PassingFailure extends Error {
  override readonly name = 'PassingFailure';
  /** How long the server asked to wait. */
  readonly retryAfterMs: number | undefined;

  /** @param message a clause that ends a sentence: "the connection broke off" */
  constructor(message: string, retryAfterMs?: number, cause?: unknown) {
    super(message, { cause });
    this.retryAfterMs = retryAfterMs;
  }
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 16_000;
/** A server that asks for more patience than this is told to the person instead. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Runs `task` until it does not throw {@link PassingFailure}, waiting longer each time.
 * @param attempts how many times at most
 * @throws EngineError `network` with `whatFailed` and the last failure
 */
export async function withRetries<T>(
  task: () => Promise<T>,
  { attempts, whatFailed, env, signal }: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await task();
    } catch (error) {
      // A fetch that was aborted fails like a broken line.
      signal.throwIfAborted();
      if (!(error instanceof PassingFailure)) throw error;
      const wait = waitBefore(attempt, error, env);
      if (attempt >= attempts || wait === undefined || !env.isOnline()) throw networkError(whatFailed, error, env);
      await env.sleep(wait, signal);
    }
  }
}

export interface RetryOptions {
  readonly attempts: number;
  readonly whatFailed: string;
  readonly env: StoreEnvironment;
  readonly signal: AbortSignal;
}

function waitBefore(
  attempt: number,
  { retryAfterMs }: PassingFailure,
  { random }: StoreEnvironment,
): number | undefined {
  if (retryAfterMs !== undefined) return retryAfterMs <= LONGEST_RETRY_AFTER_MS ? retryAfterMs : undefined;
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  // Jitter, so that visitors cut off together do not come back together.
  return longest * (0.5 + random() / 2);
}

function networkError(whatFailed: string, failure: PassingFailure, env: StoreEnvironment): EngineError {
  const advice = env.isOnline()
    ? 'Check the connection and try again: what has arrived is kept.'
    : 'This device is offline. Connect it and try again: what has arrived is kept.';
  return new EngineError('network', `${whatFailed}: ${failure.message}. ${advice}`, detailOf(failure));
}

function detailOf({ cause }: PassingFailure): string | undefined {
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined;
}

/** `Retry-After` in seconds or as a date → milliseconds from now. */
export function retryAfter(response: Response, now: number): number | undefined {
  const value = response.headers.get('retry-after');
  if (value === null) return undefined;
  const milliseconds = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}
