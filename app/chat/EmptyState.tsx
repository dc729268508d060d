import './empty-state.css';
import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../layout/lazy-part.tsx';
import { parameters } from '../layout/quantities.ts';
import { MOST_SUGGESTIONS } from '../models/bundled.ts';
import { useServer } from '../server/use-server.ts';
import { useModel } from '../state/stores.tsx';

const MovingPicture = lazyPart(() => import('../routing/moving/MovingPicture.tsx'), ['routing']);

interface EmptyStateProps {
  onSuggestion(text: string): void;
  onOpenModel(): void;
}

/** Says in a glance what this is, and offers something to ask. */
export function EmptyState({ onSuggestion, onOpenModel }: EmptyStateProps) {
  const { t } = useTranslation(['chat', 'server']);
  const bundled = useModel(({ status, bundled: shipped }) => {
    if (shipped === null || status.kind === 'none') return shipped;
    return status.source.kind === 'url' && status.source.url === shipped.url ? shipped : null;
  });
  const info = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  const server = useServer();
  // Of other models we do not know what they answer well.
  const general = [t('empty.general.explain'), t('empty.general.story'), t('empty.general.pack')];
  const suggestions = (server === null ? bundled?.suggestions.slice(0, MOST_SUGGESTIONS) : undefined) ?? general;
  /** The suggestion that is about to be asked. */
  const [about, setAbout] = useState<string | null>(null);
  return (
    <section className="empty-state" aria-labelledby="welcome">
      <h2 id="welcome">{server === null ? t('empty.title') : t('server:empty.title')}</h2>
      <p>
        {server === null
          ? t('empty.what')
          : t('server:empty.what', { model: server.choice.source.model, host: server.host })}
      </p>
      {server === null && (
        <div className="empty-state-picture">
          <MovingPicture question={about ?? suggestions[0] ?? ''} />
        </div>
      )}
      <ul className="empty-state-suggestions" aria-label={t('empty.suggestions')}>
        {suggestions.map((suggestion) => (
          <li key={suggestion}>
            <button
              type="button"
              onClick={() => onSuggestion(suggestion)}
              onPointerEnter={() => setAbout(suggestion)}
              onFocus={() => setAbout(suggestion)}
            >
              {suggestion}
            </button>
          </li>
        ))}
      </ul>
      {bundled !== null && server === null && (
        <p className="empty-state-honest">
          {info === null ? t('empty.honest') : t('empty.honestSized', { parameters: parameters(info.parameters) })}{' '}
          <button type="button" className="link-button" onClick={onOpenModel}>
            {t('empty.larger')} <ArrowRight size={14} aria-hidden="true" />
          </button>
        </p>
      )}
    </section>
  );
}
