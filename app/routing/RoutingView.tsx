import './routing.css';
import { type RefObject, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../layout/lazy-part.tsx';
import { useLatest } from '../layout/use-latest.ts';
import type { AssistantMessage } from '../state/conversation.ts';
import type { RoutingRecord } from './routing-record.ts';
import { useLiveRecord } from './use-live-record.ts';

/** What it takes to draw the experts loads with the first view that is opened. */
const RoutingPanel = lazyPart(() => import('./RoutingPanel.tsx'), ['routing', 'experts']);

interface RoutingViewProps {
  readonly record: RoutingRecord;
  /** The answer whose routing it is. */
  readonly message: AssistantMessage;
  /** Where its words stand. */
  readonly words: RefObject<HTMLElement | null>;
  /** While the answer is being written, the view follows it. */
  readonly isStreaming: boolean;
  /** Whether it explains itself at once. */
  readonly startsTour: boolean;
  /** It is drawn, for the first time. */
  onShown(view: HTMLElement): void;
}

/** Which experts fired for an answer: its words, a map of layers and experts, and what all of it adds up to. */
export function RoutingView({ record, message, words, isStreaming, startsTour, onShown }: RoutingViewProps) {
  const { t } = useTranslation('layout');
  const section = useRef<HTMLElement>(null);
  const latest = useLatest(message);
  const live = useLiveRecord(record, isStreaming, section);
  return (
    <section className="routing" aria-label={t('routing.title')} ref={section}>
      <RoutingPanel
        record={live}
        messageId={message.id}
        message={latest}
        words={words}
        isStreaming={isStreaming}
        view={section}
        startsTour={startsTour}
        onShown={onShown}
        loading={<p className="routing-loading">{t('routing.loading')}</p>}
      />
    </section>
  );
}
