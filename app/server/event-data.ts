/** The data of server-sent events, one after the other, bounded in size and in silence. */
import { createParser } from 'eventsource-parser';
import { t } from '../i18n/i18n.ts';
import { chunksOf, hostName, ServerFailure, type ServerTarget } from './http.ts';

export interface StreamLimits {
  /** Characters of one event. */
  readonly mostEvent: number;
  /** Without a byte, keep-alive comments included. */
  readonly idleMs: number;
}

/** @throws ServerFailure where it breaks off, is silent for too long, or an event is too long. */
export async function* eventData(
  response: Response,
  target: ServerTarget,
  { mostEvent, idleMs }: StreamLimits,
): AsyncGenerator<string, void, void> {
  const host = hostName(target.url);
  const queue: string[] = [];
  let isTooLong = false;
  const parser = createParser({
    maxBufferSize: mostEvent,
    onEvent: ({ data }) => void queue.push(data),
    // Fields that nobody knows are nobody's business.
    onError: ({ type }) => {
      isTooLong ||= type === 'max-buffer-size-exceeded';
    },
  });
  const decoder = new TextDecoder();

  function feed(text: string): void {
    parser.feed(text);
    if (isTooLong) throw new ServerFailure('not-understood', t('server:errors.tooMuch', { host }), `> ${mostEvent}`);
  }

  const chunks = chunksOf(response);
  try {
    for (;;) {
      const next = await within(chunks.next(), idleMs, host);
      if (next.done === true) break;
      feed(decoder.decode(next.value, { stream: true }));
      yield* queue.splice(0);
    }
    // A last event without its empty line still counts.
    feed(`${decoder.decode()}\n\n`);
    yield* queue.splice(0);
  } catch (error) {
    if (error instanceof ServerFailure || isAbort(error)) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new ServerFailure('unreachable', t('server:errors.brokeOff', { host }), detail);
  } finally {
    // Not awaited: a read that never ends would hold whoever leaves.
    void chunks.return().catch(() => undefined);
    void response.body?.cancel().catch(() => undefined);
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

function within<T>(promise: Promise<T>, ms: number, host: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new ServerFailure('timeout', t('server:errors.silent', { host }), `${ms} ms`)),
      ms,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
