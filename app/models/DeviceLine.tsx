import { TriangleAlert } from 'lucide-react';
import { useModel } from '../state/stores.tsx';

/** Which graphics processor answers. */
export function DeviceLine() {
  const device = useModel((state) => state.device);
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
      {device.isFallback && (
        <p className="device-warning">
          <TriangleAlert size={16} aria-hidden="true" />
          Software adapter: slow. The browser computes on the processor instead of the graphics card.
        </p>
      )}
    </section>
  );
}
