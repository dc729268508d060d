import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tokens } from '../models/model-words.ts';
import { noticeStore } from '../state/notice-store.ts';
import { useChat, useStores } from '../state/stores.tsx';
import type { ServerModels as Found } from './models-list.ts';
import type { RoutingForm } from './server-kinds.ts';
import { serverChoice } from './servers-store.ts';
import { useKnownServer, useServer } from './use-server.ts';

interface ServerModelsProps {
  readonly url: string;
  readonly found: Found;
  readonly hasKey: boolean;
  /** Whether something in the form is still wrong, which it then says. */
  problem(): boolean;
  /** @returns false where the browser did not keep it. */
  keepKey(): Promise<boolean>;
  onOpened(): void;
}

/** More are not remembered for the menu. */
const MOST_REMEMBERED = 200;

/** What a server offers, and taking one of its models for the conversation. */
export function ServerModels({ url, found, hasKey, problem, keepKey, onOpened }: ServerModelsProps) {
  const { t } = useTranslation('server');
  const { chat, servers } = useStores();
  const known = useKnownServer(url);
  const used = useServer();
  const isNew = useChat((state) => state.current === null);
  const { kind, models } = found;
  const present = used?.choice.source.url === url ? used.choice.source.model : null;
  const [model, setModel] = useState(models.some(({ id }) => id === present) ? (present ?? '') : (models[0]?.id ?? ''));
  const [routing, setRouting] = useState<RoutingForm | null>(known?.routing ?? null);
  const box = useRef<HTMLDivElement>(null);
  // Below what was tested there is more than the panel shows.
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const isMoe = kind === 'vllm' || kind === 'sglang' || kind === 'other';

  async function use(): Promise<void> {
    if (problem()) return;
    const remembered = models.filter(({ id }, at) => at < MOST_REMEMBERED || id === model).slice(-MOST_REMEMBERED);
    servers.getState().add({ url, kind, models: remembered, routing: isMoe ? routing : null, wantsKey: hasKey });
    // To encrypt it takes a moment; it is in memory at once.
    const keeping = keepKey();
    onOpened();
    await chat.getState().setConversationModel(serverChoice(url, model));
    if (!(await keeping)) noticeStore.getState().say('failed', t('tab.notKept'));
  }

  return (
    <div className="server-models" ref={box}>
      <label className="field">
        <span>{t('tab.model')}</span>
        <select value={model} onChange={(event) => setModel(event.target.value)}>
          {models.map(({ id, contextLength }) => (
            <option key={id} value={id}>
              {contextLength === null ? id : t('tab.modelContext', { model: id, tokens: tokens(contextLength) })}
            </option>
          ))}
        </select>
      </label>
      {isMoe && (
        <>
          <label className="field">
            <span>{t('tab.routing')}</span>
            <select
              value={routing ?? ''}
              aria-describedby="server-routing"
              onChange={({ target: { value } }) => setRouting(value === 'vllm' || value === 'sglang' ? value : null)}
            >
              <option value="">{t('tab.routingOff')}</option>
              {kind !== 'sglang' && <option value="vllm">{t('tab.routingVllm')}</option>}
              {kind !== 'vllm' && <option value="sglang">{t('tab.routingSglang')}</option>}
            </select>
          </label>
          <p className="panel-note" id="server-routing">
            {t('tab.routingHint')}
          </p>
        </>
      )}
      <button type="button" className="button button-primary" onClick={() => void use()}>
        {t(isNew ? 'tab.useNew' : 'tab.use')}
      </button>
    </div>
  );
}
