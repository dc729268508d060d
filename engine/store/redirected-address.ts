import { EngineError } from '../errors.ts';
import type { StoreEnvironment } from './environment.ts';
import { requestRange } from './http-response.ts';

/**
 * An address that may lead elsewhere, as those of model hubs do: to where a file lies, with a signature that lasts an hour.
 * Further requests go there directly, which spares a round trip a chunk, and the hub, which counts them.
 */
export class RedirectedAddress {
  readonly #url: string;
  #target: { readonly url: string; hasServed: boolean } | undefined;
  /** Some targets serve only those that come by the redirect. */
  #isOfUse = true;

  constructor(url: string) {
    this.#url = url;
  }

  /** Bytes [start, end), as {@link requestRange}. */
  async request(
    range: readonly [start: number, end: number],
    env: StoreEnvironment,
    signal: AbortSignal,
  ): Promise<Response> {
    const target = this.#target;
    if (target) {
      try {
        const response = await requestRange(target.url, range, env, signal);
        target.hasServed = true;
        return response;
      } catch (error) {
        signal.throwIfAborted();
        if (this.#target === target) this.#target = undefined;
        if (!target.hasServed) this.#isOfUse = false;
        // It may have expired, and the address lead to another one; but what may pass is waited for first.
        if (!(error instanceof EngineError)) throw error;
      }
    }
    const response = await requestRange(this.#url, range, env, signal);
    if (response.redirected && this.#isOfUse) this.#target ??= { url: response.url, hasServed: false };
    return response;
  }
}
