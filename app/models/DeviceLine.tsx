import { TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { MemoryReport } from '../../engine/api.ts';
import { bytes } from '../layout/quantities.ts';
import { useModel, useStores } from '../state/stores.tsx';

/** Which graphics processor answers, and what the model takes of its memory. */
export function DeviceLine() {
  const device = useModel((state) => state.device);
  const memory = useMemory();
  if (device === null) return null;
  const name = [device.description, device.vendor, device.architecture].filter((part) => part !== '');
  const extras = ['shader-f16', 'subgroups'].filter((feature) => device.features.includes(feature));
  return (
    <section className="panel-section" aria-labelledby="device">
      <h3 id="device">Device</h3>
      <p className="panel-note">
        {name.length === 0 ? 'A graphics processor that gives no name' : name.join(' · ')}
        {extras.length > 0 && ` · ${extras.join(', ')}`}
      </p>
      {memory !== null && (
        <p className="panel-note">
          {bytes(memory.weights + memory.experts + memory.kvCache + memory.activations)} of its memory: experts{' '}
          {bytes(memory.experts)}, other weights {bytes(memory.weights)}, context {bytes(memory.kvCache)}, activations{' '}
          {bytes(memory.activations)}.
        </p>
      )}
      {device.isFallback && (
        <p className="device-warning">
          <TriangleAlert size={16} aria-hidden="true" />
          Software adapter: slow. The browser computes on the processor instead of the graphics card.
        </p>
      )}
    </section>
  );
}

/** GPU memory of the loaded model, or null. */
function useMemory(): MemoryReport | null {
  const { client } = useStores();
  const loadedId = useModel(({ status }) => (status.kind === 'ready' ? status.info.id : null));
  const [memory, setMemory] = useState<MemoryReport | null>(null);
  useEffect(() => {
    let isCurrent = true;
    setMemory(null);
    if (loadedId === null) return;
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
  }, [client, loadedId]);
  return memory;
}
