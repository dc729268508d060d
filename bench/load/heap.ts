import type { Page } from '@playwright/test';

const SAMPLE_MS = 20;

interface Usage {
  readonly usedSize: number;
  readonly embedderHeapUsedSize: number;
  readonly backingStorageSize: number;
}

export interface HeapWatch {
  /** The most that was seen, in MB: of objects, and of the bytes of ArrayBuffers. */
  end(): Promise<{ readonly heapMB: number; readonly buffersMB: number }>;
}

/** Looks at the heap of the page's worker, again and again. To be called before the page is opened. */
export async function watchHeap(page: Page): Promise<HeapWatch> {
  const session = await page.context().newCDPSession(page);
  let [heap, buffers, sent] = [0, 0, 0];
  const over = new AbortController();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { result } = JSON.parse(message) as { readonly result?: Partial<Usage> };
    if (result?.usedSize === undefined) return;
    heap = Math.max(heap, result.usedSize + (result.embedderHeapUsedSize ?? 0));
    buffers = Math.max(buffers, result.backingStorageSize ?? 0);
  });
  session.on('Target.attachedToTarget', ({ sessionId }) => {
    void (async () => {
      while (!over.signal.aborted) {
        const message = JSON.stringify({ id: ++sent, method: 'Runtime.getHeapUsage' });
        await session.send('Target.sendMessageToTarget', { sessionId, message }).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      }
    })();
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  return {
    end: async () => {
      over.abort();
      await session.detach().catch(() => undefined);
      return { heapMB: Math.round(heap / 1e6), buffersMB: Math.round(buffers / 1e6) };
    },
  };
}
