import './another.css';
import { Columns2 } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { viewStore } from '../../layout/view-store.ts';
import { useLoadedChoice, useModelsHere } from '../../models/use-models-here.ts';
import { isSameChoice } from '../../state/model-choice.ts';
import { useChat, useStores } from '../../state/stores.tsx';
import { focusConversation } from '../ActionButton.tsx';

interface AskAnotherProps {
  readonly messageId: string;
  /** Name of the model that gave the answer. */
  readonly model: string;
  onAsked(): void;
}

/** Chooses a second model for the question of an answer. */
export default function AskAnother({ messageId, model, onAsked }: AskAnotherProps) {
  const { t } = useTranslation('another');
  const { downloads, disk, panel } = useStores();
  const [isOpen, setOpen] = useState(false);
  const list = useId();
  const group = useRef<HTMLDivElement>(null);
  const loaded = useLoadedChoice();
  const own = useChat((state) => state.current?.model ?? null) ?? loaded;
  const askAnother = useChat((state) => state.askAnother);
  const others = useModelsHere().filter(
    ({ choice }) => choice.name !== model && (own === null || own.name !== model || !isSameChoice(choice, own)),
  );
  useEffect(() => {
    if (!isOpen) return;
    void downloads.getState().refresh();
    void disk.getState().start();
  }, [isOpen, downloads, disk]);
  useEffect(() => {
    if (isOpen) group.current?.scrollIntoView({ block: 'nearest' });
  }, [isOpen, others.length]);

  return (
    <>
      <button
        type="button"
        className="text-button"
        aria-expanded={isOpen}
        aria-controls={list}
        onClick={() => setOpen(!isOpen)}
      >
        <Columns2 size={16} aria-hidden="true" />
        {t('ask')}
      </button>
      <div ref={group} id={list} className="ask-another" role="group" aria-label={t('title')} hidden={!isOpen}>
        {isOpen && others.length > 0 && (
          <>
            <ul>
              {others.map(({ choice, hint }) => (
                <li key={JSON.stringify(choice.source)}>
                  <button
                    type="button"
                    onClick={(event) => {
                      focusConversation(event);
                      onAsked();
                      void askAnother(messageId, choice);
                    }}
                  >
                    {choice.name} <span>{hint}</span>
                  </button>
                </li>
              ))}
            </ul>
            <p>{t('what')}</p>
          </>
        )}
        {isOpen && others.length === 0 && (
          <>
            <p>{t('none')}</p>
            <button
              type="button"
              className="button"
              onClick={() => {
                onAsked();
                panel.getState().show('catalogue');
                viewStore.getState().openPanel('models');
              }}
            >
              {t('get')}
            </button>
          </>
        )}
      </div>
    </>
  );
}
