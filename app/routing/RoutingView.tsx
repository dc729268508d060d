import './routing.css';
import { Component, lazy, type ReactNode, type RefObject, Suspense, useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoutingRecord } from './routing-record.ts';
import { useLiveRecord } from './use-live-record.ts';

/** What it takes to draw the experts loads with the first view that is opened. */
const RoutingPanel = lazy(() => import('./RoutingPanel.tsx'));

interface RoutingViewProps {
  readonly record: RoutingRecord;
  /** The answer whose routing it is. */
  readonly messageId?: string;
  /** While the answer is being written, the view follows it. */
  readonly isStreaming?: boolean;
  /** It is drawn, for the first time. */
  onShown?(view: HTMLElement): void;
}

/** Which experts fired for an answer: its tokens, a map of layers and experts, and what all of it adds up to. */
export function RoutingView({ record, messageId, isStreaming = false, onShown }: RoutingViewProps) {
  const { t } = useTranslation('routing');
  const section = useRef<HTMLElement>(null);
  const live = useLiveRecord(record, isStreaming, section);
  return (
    <section className="routing" aria-label={t('title')} ref={section}>
      <LoadFailure text={t('failed')}>
        <Suspense fallback={<p className="routing-loading">{t('loading')}</p>}>
          <RoutingPanel record={live} messageId={messageId ?? null} isStreaming={isStreaming} />
          <Shown view={section} onShown={onShown} />
        </Suspense>
      </LoadFailure>
    </section>
  );
}

interface ShownProps {
  readonly view: RefObject<HTMLElement | null>;
  readonly onShown: RoutingViewProps['onShown'];
}

/** Is mounted with the panel that it stands beside, once that has come. */
function Shown({ view, onShown }: ShownProps) {
  const tell = useEffectEvent(() => {
    if (view.current !== null) onShown?.(view.current);
  });
  useEffect(() => tell(), []);
  return null;
}

interface LoadFailureProps {
  readonly text: string;
  readonly children: ReactNode;
}

/** The answer stays readable where the view's code cannot be fetched, such as after an update of the page. */
class LoadFailure extends Component<LoadFailureProps, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <p className="routing-loading">{this.props.text}</p> : this.props.children;
  }
}
