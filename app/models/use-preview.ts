import { useEffect, useState } from 'react';
import type { EngineErrorData, ModelPreview, ModelSource } from '../../engine/api.ts';
import { asEngineError } from '../state/engine-failure.ts';
import { useStores } from '../state/stores.tsx';

/** What the header of a file tells; `previous` stays on the page while it is asked again for another context. */
export type PreviewState =
  | { readonly kind: 'reading'; readonly previous: ModelPreview | null }
  | { readonly kind: 'read'; readonly preview: ModelPreview }
  | { readonly kind: 'failed'; readonly error: EngineErrorData };

/**
 * Reads the header of a model, again when the context changes or `retry` is called. `source` must keep its identity.
 * @param contextLength tokens, or null for the engine's choice
 */
export function usePreview(
  source: ModelSource,
  contextLength: number | null,
): { readonly state: PreviewState; retry(): void } {
  const { client } = useStores();
  const [state, setState] = useState<PreviewState>({ kind: 'reading', previous: null });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isCurrent = true;
    setState((before) => ({ kind: 'reading', previous: before.kind === 'read' ? before.preview : null }));
    const read = async (): Promise<void> => {
      try {
        const preview = await client.inspect(source, contextLength === null ? {} : { contextLength });
        if (isCurrent) setState({ kind: 'read', preview });
      } catch (error) {
        if (isCurrent) setState({ kind: 'failed', error: asEngineError(error) });
      }
    };
    void read();
    return () => {
      isCurrent = false;
    };
  }, [client, source, contextLength, attempt]);
  return { state, retry: () => setAttempt((count) => count + 1) };
}
