import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DeviceReport, ShapePart, TunedPlace } from '../../engine/api.ts';
import { count, percent } from '../layout/quantities.ts';
import { useStores } from '../state/stores.tsx';
import { TuningProgressBar } from './TuningProgressBar.tsx';
import { tuningStoreOf } from './tuning-store.ts';
import './tuning.css';

/** Somebody who asks for it waits longer than a visitor who does not: drivers that compile slowly get their time. */
const BUDGET_SECONDS = 20;

/** Of the device report: what was measured, what was chosen, and by how much it won. The default export of a chunk of its own. */
export default function DeviceTuning({ device }: { readonly device: DeviceReport }) {
  const { t } = useTranslation('tuning');
  const store = tuningStoreOf(useStores());
  const { progress, end, error, run } = useStore(store);
  const { tuning = [], isFallback } = device;
  if (tuning.length === 0) return null;
  const isMeasured = tuning.some(({ speedup }) => speedup !== null);
  return (
    <section className="tuning" aria-labelledby="tuning-title">
      <h3 id="tuning-title">{t('title')}</h3>
      <p className="settings-note">{t(isMeasured ? 'what' : isFallback ? 'software' : 'notMeasured')}</p>
      {isMeasured && <Places places={tuning} />}
      <Rejections places={tuning} />
      {progress === null ? (
        <div className="button-row">
          <button
            type="button"
            className="button"
            onClick={() => void run({ force: true, budgetMs: BUDGET_SECONDS * 1000 })}
          >
            {t(isMeasured ? 'again' : 'measure')}
          </button>
          <span className="settings-note">{t('howLong', { seconds: BUDGET_SECONDS })}</span>
        </div>
      ) : (
        <TuningProgressBar store={store} />
      )}
      <p className="settings-note" role="status">
        {error === null ? end !== null && t(`ends.${end}`) : t('failed', { message: error.message })}
      </p>
    </section>
  );
}

function Places({ places }: { readonly places: readonly TunedPlace[] }) {
  const { t } = useTranslation('tuning');
  const inWords = useShapeInWords();
  return (
    <div className="settings-details">
      <table className="tuning-table">
        <thead>
          <tr>
            <th scope="col">{t('columns.kind')}</th>
            <th scope="col">{t('columns.shape')}</th>
            <th scope="col">{t('columns.choice')}</th>
            <th scope="col">{t('columns.gain')}</th>
          </tr>
        </thead>
        <tbody>
          {places.map((place) => (
            <tr key={`${place.kind} ${place.shape}`}>
              <th scope="row">{t(`kinds.${place.kind}`)}</th>
              <td translate="no">{place.shape}</td>
              <td>{place.choice === null ? t('builtIn') : inWords(place.choice)}</td>
              <td>
                <Gain place={place} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Gain({ place: { choice, speedup } }: { readonly place: TunedPlace }) {
  const { t } = useTranslation('tuning');
  if (speedup === null) return t('unknown');
  if (choice === null) return t('best');
  return <span className="tuning-gain">{t('faster', { share: percent(speedup - 1) })}</span>;
}

/** Says a shape in words. */
function useShapeInWords(): (parts: readonly ShapePart[]) => string {
  const { t } = useTranslation('tuning');
  const inWords = (part: ShapePart): string =>
    'count' in part ? t(`parts.${part.what}`, { number: count(part.count) }) : t(`parts.${part.what}`);
  return (parts) => parts.map(inWords).join(', ');
}

function Rejections({ places }: { readonly places: readonly TunedPlace[] }) {
  const { t } = useTranslation('tuning');
  const inWords = useShapeInWords();
  const rejected = places.flatMap(({ kind, shape, rejected }) =>
    rejected.map((one) => ({ ...one, key: `${kind} ${shape} ${JSON.stringify(one.shape)}`, kind, size: shape })),
  );
  if (rejected.length === 0) return null;
  return (
    <ul className="tuning-rejected">
      {rejected.map(({ key, kind, size, shape, why }) => (
        <li key={key}>
          {t(`kinds.${kind}`)} <span translate="no">{size}</span>.{' '}
          {t('rejected', { shape: inWords(shape), why: t(`why.${why}`) })}
        </li>
      ))}
    </ul>
  );
}
