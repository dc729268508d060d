import { useChat, useModel, useTab } from '../state/stores.tsx';

/** Whether a question would be answered now: nothing is under way, the GPU is this tab's, and a model is there or known. */
export function useCanAsk(): boolean {
  const modelKind = useModel((state) => state.status.kind);
  const hasOwnModel = useChat((state) => state.current !== null && state.current.model !== null);
  const isAnswering = useChat((state) => state.answeringIn !== null);
  const ownsGpu = useTab((state) => state.status.kind === 'owner');
  if (isAnswering || !ownsGpu || modelKind === 'loading') return false;
  return modelKind === 'ready' || hasOwnModel; // the conversation's own is loaded when it is needed
}
