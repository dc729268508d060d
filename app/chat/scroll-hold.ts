import { createContext, useContext } from 'react';

/** Lets go of the end of the conversation, for what takes the reader elsewhere. */
export const ScrollHold = createContext<() => void>(() => undefined);

export function useReleaseHold(): () => void {
  return useContext(ScrollHold);
}
