import './empty-state.css';
import { Mark } from '../icons/Mark.tsx';
import { parameters } from '../layout/quantities.ts';
import { useModel } from '../state/stores.tsx';
import { SUGGESTIONS } from './suggestions.ts';

interface EmptyStateProps {
  onSuggestion(text: string): void;
}

export function EmptyState({ onSuggestion }: EmptyStateProps) {
  const bundled = useModel(({ status, bundled: shipped }) => {
    if (shipped === null || status.kind === 'none') return shipped;
    return status.source.kind === 'url' && status.source.url === shipped.url ? shipped : null;
  });
  const info = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  return (
    <section className="empty-state" aria-labelledby="welcome">
      <Mark size={64} />
      <h2 id="welcome">A mixture of experts, in this tab</h2>
      <p>
        A language model runs on your own graphics processor. Nothing you write leaves this device, and after the first
        visit it works offline.
      </p>
      {bundled !== null && (
        <p className="empty-state-honest">
          The model that comes with the page is tiny{info !== null && ` (${parameters(info.parameters)} parameters)`}:
          it knows a few facts, simple sums and short stories, and is often wrong. You can open a larger one.
        </p>
      )}
      <ul aria-label="Suggestions">
        {(bundled?.suggestions ?? SUGGESTIONS).map((suggestion) => (
          <li key={suggestion}>
            <button type="button" onClick={() => onSuggestion(suggestion)}>
              {suggestion}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
