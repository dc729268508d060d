import { useChat } from './stores.tsx';
import { isTemporary } from './temporary.ts';

/** Whether the open conversation is never stored. */
export function useIsTemporary(): boolean {
  return useChat(({ current }) => current !== null && isTemporary(current.id));
}
