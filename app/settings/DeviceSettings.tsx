import { Check, Copy, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceReport } from '../../engine/api.ts';
import { useCopy } from '../chat/use-copy.ts';
import { bytes, count } from '../layout/quantities.ts';
import { asEngineError } from '../state/engine-failure.ts';
import { lazyPart } from '../layout/lazy-part.tsx';
import { useModel, useStores } from '../state/stores.tsx';
import { adapterName, isError, memoryOf, reportAsMarkdown, type Surroundings } from './device-report.ts';
import { pageVersion } from './page-version.ts';

const DeviceTuning = lazyPart(() => import('../tuning/DeviceTuning.tsx'), ['tuning']);

/** What a model's size depends on, in words; all others are in the table. */
const KEY_LIMITS = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxComputeWorkgroupStorageSize'] as const;

export function DeviceSettings() {
  const { t } = useTranslation('settings');
  const surroundings = useSurroundings();
  const { copied, copy } = useCopy();
  const { device, memory } = surroundings;
  return (
    <>
      {device === null && <p className="settings-note">{t('device.asking')}</p>}
      {device !== null && isError(device) && (
        <div className="alert" role="alert">
          <TriangleAlert size={18} aria-hidden="true" />
          <p>{device.message}</p>
        </div>
      )}
      <dl className="settings-facts">
        {device !== null && !isError(device) && <AdapterFacts device={device} />}
        {memory !== null && memoryOf(memory) > 0 && (
          <Fact name={t('device.memory')}>
            {t('device.memoryParts', {
              total: bytes(memoryOf(memory)),
              experts: bytes(memory.experts),
              weights: bytes(memory.weights),
              reserved: bytes(memory.kvCache),
              activations: bytes(memory.activations),
            })}
          </Fact>
        )}
        <Fact name={t('device.browser')}>
          <span translate="no">{navigator.userAgent}</span>
        </Fact>
        <Fact name={t('device.page')}>
          <span translate="no">{pageVersion()}</span>
        </Fact>
      </dl>
      {device !== null && !isError(device) && <DeviceTuning device={device} />}
      {device !== null && !isError(device) && <AllOfIt device={device} />}
      <div className="button-row">
        <button
          type="button"
          className="button button-primary"
          disabled={device === null} // a report without it would help nobody
          onClick={() => void copy(reportAsMarkdown(surroundings))}
        >
          {copied ? <Check size={16} aria-hidden="true" /> : <Copy size={16} aria-hidden="true" />} {t('device.copy')}
        </button>
        <span className="settings-note" role="status">
          {copied && t('device.copied')}
        </span>
      </div>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function AdapterFacts({ device }: { readonly device: DeviceReport }) {
  const { t } = useTranslation('settings');
  const yesOrNo = (feature: string): string => t(device.features.includes(feature) ? 'device.yes' : 'device.no');
  const name = adapterName(device);
  return (
    <>
      <Fact name={t('device.gpu')}>{name === '' ? t('device.unnamed') : <span translate="no">{name}</span>}</Fact>
      <Fact name={t('device.kind')}>{t(device.isFallback ? 'device.software' : 'device.hardware')}</Fact>
      <Fact name={t('device.f16')}>{yesOrNo('shader-f16')}</Fact>
      <Fact name={t('device.subgroups')}>{yesOrNo('subgroups')}</Fact>
      {KEY_LIMITS.filter((limit) => device.limits[limit] !== undefined).map((limit) => (
        <Fact key={limit} name={t(`device.limits.${limit}`)}>
          {bytes(device.limits[limit] ?? 0)}
        </Fact>
      ))}
    </>
  );
}

function AllOfIt({ device }: { readonly device: DeviceReport }) {
  const { t } = useTranslation('settings');
  return (
    <details className="settings-details">
      <summary>{t('device.all')}</summary>
      <p translate="no">{[...device.features].sort().join(', ')}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('device.limit')}</th>
            <th scope="col">{t('device.value')}</th>
          </tr>
        </thead>
        <tbody translate="no">
          {Object.entries(device.limits).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{count(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** Asks the engine; that works without a model too. */
function useSurroundings(): Surroundings {
  const { client } = useStores();
  const model = useModel((state) => state.status);
  const latest = useModel((state) => state.device); // read anew where kernels were measured
  const [device, setDevice] = useState<Surroundings['device']>(null);
  const [memory, setMemory] = useState<Surroundings['memory']>(null);
  useEffect(() => {
    let isShown = true;
    const ask = async (): Promise<void> => {
      try {
        const report = await client.device();
        if (isShown) setDevice(report);
        const used = await client.memory();
        if (isShown) setMemory(used);
      } catch (error) {
        if (isShown) setDevice((known) => known ?? asEngineError(error));
      }
    };
    void ask();
    return () => {
      isShown = false;
    };
  }, [client, model.kind, latest]);
  return { device, memory, model };
}
