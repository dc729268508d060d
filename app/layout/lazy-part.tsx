import { RotateCcw, TriangleAlert } from 'lucide-react';
import { type ComponentType, type ReactNode, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { LateWords } from '../i18n/english.ts';
import { loadWords } from '../i18n/i18n.ts';
import { loadPart } from './load-part.ts';

type PartState<Props> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly Part: ComponentType<Props> }
  | { readonly kind: 'failed' };

type LazyProps<Props> = Props & {
  /** Shown while it loads; by default nothing. */
  readonly loading?: ReactNode;
};

/**
 * A component that is loaded when it is first shown, with its words where they are not in the first load. Unlike `React.lazy` it can be tried again after a failure, and says so itself,
 * so that the rest of the page goes on.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
  words: readonly LateWords[] = [],
): ComponentType<LazyProps<Props>> {
  let state: PartState<Props> = { kind: 'loading' };
  let isAsked = false;
  const listeners = new Set<() => void>();

  function become(next: PartState<Props>): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function begin(): void {
    isAsked = true;
    Promise.all([loadPart(load), loadWords(words)]).then(
      ([{ default: Part }]) => become({ kind: 'ready', Part }),
      (error: unknown) => {
        console.warn('Mixtab could not load a part of the page', error);
        become({ kind: 'failed' });
      },
    );
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    if (!isAsked) begin();
    return () => {
      listeners.delete(listener);
      // Closed and opened again is another try.
      if (listeners.size === 0 && state.kind === 'failed') {
        state = { kind: 'loading' };
        isAsked = false;
      }
    };
  }

  function retry(): void {
    become({ kind: 'loading' });
    begin();
  }

  return function LazyPart({ loading = null, ...props }: LazyProps<Props>) {
    const current = useSyncExternalStore(subscribe, () => state);
    switch (current.kind) {
      case 'loading':
        return loading;
      case 'ready':
        return <current.Part {...(props as unknown as Props)} />;
      case 'failed':
        return <MissingPart onRetry={retry} />;
      default:
        return current satisfies never;
    }
  };
}

function MissingPart({ onRetry }: { onRetry(): void }) {
  const { t } = useTranslation('layout');
  return (
    <div className="alert" role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <p>{t('missing.text')}</p>
        <div className="button-row">
          <button type="button" className="button button-primary" onClick={onRetry}>
            <RotateCcw size={16} aria-hidden="true" /> {t('missing.retry')}
          </button>
          <button type="button" className="button" onClick={() => location.reload()}>
            {t('missing.reload')}
          </button>
        </div>
      </div>
    </div>
  );
}
