import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useChat, useStores } from '../state/stores.tsx';
import { TuningProgressBar } from './TuningProgressBar.tsx';
import { tuningStoreOf } from './tuning-store.ts';

/** So long after the model is ready, or an answer has ended: who asks at once is answered before anything is measured. */
const QUIET_MS = 1000;
/** A run that is interrupted goes on, but not for ever. */
const MOST_RUNS = 5;

/** Above the composer, for the two seconds in which kernels are measured. The default export of a chunk of its own. */
export default function TuningNotice() {
  const store = tuningStoreOf(useStores());
  const isRunning = useStore(store, ({ progress }) => progress !== null);
  const isAnswering = useChat(({ answeringIn }) => answeringIn !== null);
  const runs = useRef(0);
  useEffect(() => {
    if (isAnswering || runs.current >= MOST_RUNS) return undefined;
    const timer = setTimeout(() => {
      runs.current++;
      void store.getState().run();
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [store, isAnswering]);
  return isRunning ? (
    <div className="model-notice">
      <TuningProgressBar store={store} />
    </div>
  ) : null;
}
