import { Trash2 } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { EngineErrorData, StorageReport, StoredModel } from '../../engine/api.ts';
import { bytes, percent } from '../layout/quantities.ts';
import { asEngineError } from '../state/engine-failure.ts';
import { useModel, useStores } from '../state/stores.tsx';
import { parseModelUrl, useOpenModel } from './use-open-model.ts';

type Report =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly report: StorageReport }
  | { readonly kind: 'failed'; readonly error: EngineErrorData };

/** What the browser keeps of models, and the means to delete it. */
export function StoredModels({ onOpened }: { onOpened(): void }) {
  const { client } = useStores();
  const [state, setState] = useState<Report>({ kind: 'reading' });
  const modelKind = useModel(({ status }) => status.kind);

  const read = useCallback(async () => {
    try {
      setState({ kind: 'read', report: await client.storage() });
    } catch (error) {
      setState({ kind: 'failed', error: asEngineError(error) });
    }
  }, [client]);

  useEffect(() => void read(), [read, modelKind]);

  async function remove(model: StoredModel): Promise<void> {
    try {
      await client.deleteStoredModel(model.id);
      await read();
    } catch (error) {
      setState({ kind: 'failed', error: asEngineError(error) });
    }
  }

  return (
    <section className="panel-section" aria-labelledby="stored-models">
      <h3 id="stored-models">Kept in this browser</h3>
      {state.kind === 'failed' && (
        <p className="field-problem" role="alert">
          {state.error.message}
        </p>
      )}
      {state.kind === 'read' && (
        <>
          {state.report.models.length === 0 && <p className="panel-note">Nothing yet.</p>}
          <ul className="stored-models">
            {state.report.models.map((model) => (
              <StoredModelItem key={model.id} model={model} onOpened={onOpened} onRemove={() => void remove(model)} />
            ))}
          </ul>
          <p className="panel-note">
            {bytes(state.report.usageBytes)} of {bytes(state.report.quotaBytes)} used.{' '}
            {state.report.persisted
              ? 'The browser has promised to keep it.'
              : 'The browser may delete it when the disk is full.'}
          </p>
        </>
      )}
    </section>
  );
}

interface StoredModelItemProps {
  readonly model: StoredModel;
  onOpened(): void;
  onRemove(): void;
}

function StoredModelItem({ model, onOpened, onRemove }: StoredModelItemProps) {
  const { openUrl } = useOpenModel();
  const loadedId = useModel(({ status }) => (status.kind === 'ready' ? status.info.id : null));
  const [asks, setAsks] = useState(false);
  const isLoaded = loadedId === model.id;
  // A model that came from an address can be opened again by it; one from a file needs its file.
  const canOpen = !isLoaded && parseModelUrl(model.id) !== null;
  const size = model.complete
    ? bytes(model.totalBytes)
    : `${bytes(model.storedBytes)} of ${bytes(model.totalBytes)} (${percent(model.storedBytes / model.totalBytes)})`;
  return (
    <li>
      <div>
        <strong>{model.name}</strong>
        <span>
          {size}
          {isLoaded && ' · loaded'}
        </span>
      </div>
      {asks ? (
        <>
          <button type="button" className="button button-danger" onClick={onRemove}>
            Delete
          </button>
          <button type="button" className="button" onClick={() => setAsks(false)}>
            Keep
          </button>
        </>
      ) : (
        <>
          {canOpen && (
            <button
              type="button"
              className="button"
              onClick={() => {
                openUrl(model.id);
                onOpened();
              }}
            >
              {model.complete ? 'Open' : 'Resume'}
            </button>
          )}
          <button
            type="button"
            className="icon-button"
            aria-label={`Delete ${model.name}`}
            onClick={() => setAsks(true)}
          >
            <Trash2 size={16} />
          </button>
        </>
      )}
    </li>
  );
}
