import { TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useModel } from '../state/stores.tsx';

/** Which graphics processor answers. */
export function DeviceLine() {
  const { t } = useTranslation('models');
  const device = useModel((state) => state.device);
  if (device === null) return null;
  const name = [device.description, device.vendor, device.architecture].filter((part) => part !== '');
  const extras = ['shader-f16', 'subgroups'].filter((feature) => device.features.includes(feature));
  return (
    <section className="panel-section" aria-labelledby="device">
      <h3 id="device">{t('device.title')}</h3>
      <p className="panel-note">
        {[...(name.length === 0 ? [t('device.unnamed')] : name), extras.join(', ')]
          .filter((part) => part !== '')
          .join(' · ')}
      </p>
      {device.isFallback && (
        <p className="device-warning">
          <TriangleAlert size={16} aria-hidden="true" />
          {t('device.slow')}
        </p>
      )}
    </section>
  );
}
