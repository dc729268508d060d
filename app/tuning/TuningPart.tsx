import type { DeviceReport } from '../../engine/api.ts';
import { lazyPart } from '../layout/lazy-part.tsx';
import { useModel } from '../state/stores.tsx';

const TuningNotice = lazyPart(() => import('./TuningNotice.tsx'), ['tuning']);

/** Loads what measures kernels only where there is something to measure: at the first visit with a model, on a real GPU. */
export function TuningPart() {
  const model = useModel(({ status, device }) => (status.kind === 'ready' && isOpen(device) ? status.info.id : null));
  return model === null ? null : <TuningNotice key={model} />;
}

function isOpen(device: DeviceReport | null): boolean {
  return device !== null && !device.isFallback && device.tuning?.some((place) => place.isOpen) === true;
}
