import { chosenServer } from '../state/chosen-server.ts';
import { useChat, useModel, useTab } from '../state/stores.tsx';

/**
 * Whether a question would be answered: nothing is under way, the GPU is this tab's, and a model is there, on its way (then the
 * question waits for it) or known.
 */
export function useCanAsk(): boolean {
  const modelKind = useModel((state) => state.status.kind);
  const hasOwnModel = useChat((state) => state.current !== null && state.current.model !== null);
  const isAnswering = useChat((state) => state.answeringIn !== null);
  const ownsGpu = useTab((state) => state.status.kind === 'owner');
  // A server needs nothing of this tab.
  const isServer = useChat(chosenServer) !== null;
  if (isAnswering) return false;
  if (isServer) return true;
  if (!ownsGpu) return false;
  return modelKind === 'ready' || modelKind === 'loading' || hasOwnModel; // the conversation's own is loaded when it is needed
}
