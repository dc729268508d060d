import { useEffect, useState } from 'react';
import type { MemoryReport } from '../../engine/api.ts';
import { useModel, useStores } from '../state/stores.tsx';

/** GPU memory of the loaded model, or null. */
export function useMemory(): MemoryReport | null {
  const { client } = useStores();
  const loaded = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  const [memory, setMemory] = useState<MemoryReport | null>(null);
  useEffect(() => {
    let isCurrent = true;
    setMemory(null);
    if (loaded === null) return;
    const read = async (): Promise<void> => {
      try {
        const report = await client.memory();
        if (isCurrent) setMemory(report);
      } catch {
        // A nicety: the panel does without.
      }
    };
    void read();
    return () => {
      isCurrent = false;
    };
  }, [client, loaded]);
  return memory;
}
