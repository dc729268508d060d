import './routing.css';
import { Component, lazy, type ReactNode, Suspense, useRef } from 'react';
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
}

/** Which experts fired for an answer: its tokens, a map of layers and experts, and what all of it adds up to. */
export function RoutingView({ record, messageId, isStreaming = false }: RoutingViewProps) {
  const { t } = useTranslation('routing');
  const section = useRef<HTMLElement>(null);
  const live = useLiveRecord(record, isStreaming, section);
  return (
    <section className="routing" aria-label={t('title')} ref={section}>
      <LoadFailure text={t('failed')}>
        <Suspense fallback={<p className="routing-loading">{t('loading')}</p>}>
          <RoutingPanel record={live} messageId={messageId ?? null} isStreaming={isStreaming} />
        </Suspense>
      </LoadFailure>
    </section>
  );
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
