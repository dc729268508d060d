import './server-tab.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ServerForm } from './ServerForm.tsx';
import { ServerList } from './ServerList.tsx';

/** Servers that may answer in place of a model in this tab: those that are known, and a form for one. */
export function ServerTab({ onOpened }: { onOpened(): void }) {
  const { t } = useTranslation('server');
  /** The server that the form is about, and how often one was chosen: each time it begins anew. */
  const [chosen, setChosen] = useState<{ readonly url: string; readonly turn: number }>({ url: '', turn: 0 });
  return (
    <>
      <p className="panel-note">{t('tab.intro')}</p>
      <ServerList onChoose={(url) => setChosen(({ turn }) => ({ url, turn: turn + 1 }))} />
      <ServerForm key={chosen.turn} url={chosen.url} onOpened={onOpened} />
    </>
  );
}
