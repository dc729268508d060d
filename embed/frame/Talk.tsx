import { memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Markdown } from '../../app/chat/markdown/Markdown.tsx';
import { TextPieces } from '../../app/chat/markdown/PlainText.tsx';
import { Reasoning } from '../../app/chat/Reasoning.tsx';
import { PartBoundary } from '../../app/layout/BrokenPart.tsx';
import { ErrorDetail } from '../../app/layout/ErrorDetail.tsx';
import { lazyPart } from '../../app/layout/lazy-part.tsx';
import type { RoutingRecord } from '../../app/routing/routing-record.ts';
import type { EmbedOptions } from '../protocol.ts';
import type { AssistantMessage, FrameMessage, FrameState } from './frame-state.ts';

const FrameRouting = lazyPart(() => import('./FrameRouting.tsx'), ['routing']);

/** The messages, oldest first. */
export function Talk({ state: { messages, options, leftOut } }: { readonly state: FrameState }) {
  const { t } = useTranslation('embed');
  return (
    <>
      {leftOut > 0 && <p className="frame-note">{t('leftOut', { count: leftOut })}</p>}
      {messages.map((message) => (
        <PartBoundary key={message.id}>
          <OneMessage message={message} routing={options.routing ?? 'off'} />
        </PartBoundary>
      ))}
    </>
  );
}

interface OneMessageProps {
  readonly message: FrameMessage;
  readonly routing: NonNullable<EmbedOptions['routing']>;
}

const OneMessage = memo(function OneMessage({ message, routing }: OneMessageProps) {
  const { t } = useTranslation('embed');
  if (message.role === 'user')
    return (
      <article className="frame-question" aria-label={t('you')}>
        <p className="frame-bubble" dir="auto">
          <TextPieces text={message.text} />
        </p>
      </article>
    );
  return <AnswerArticle message={message} routing={routing} />;
});

function AnswerArticle({
  message,
  routing,
}: {
  readonly message: AssistantMessage;
  readonly routing: OneMessageProps['routing'];
}) {
  const { t } = useTranslation('embed');
  const { text, reasoning, status, routing: record } = message;
  const isStreaming = status.kind === 'streaming';
  const isOpen = isStreaming || status.kind === 'waiting' || status.kind === 'queued';
  const hasRouting = record !== null && routing !== 'off';
  function waitingWords(): string {
    if (status.kind === 'queued') return t('queued', { place: status.place });
    return t(isStreaming ? 'thinking' : 'waiting');
  }

  return (
    <article className="frame-answer" aria-label={t('answer')} aria-busy={isOpen}>
      {isOpen && text === '' && reasoning === '' && (
        <p className="frame-note">
          <span className="frame-pulse" aria-hidden="true" /> {waitingWords()}
        </p>
      )}
      {reasoning !== '' && (
        <Reasoning
          text={reasoning}
          isLive={isStreaming && text === ''}
          isCutOff={!isOpen && text === ''}
          since={null}
          ms={null}
        />
      )}
      {text !== '' && !(routing === 'only' && hasRouting) && <Markdown text={text} isStreaming={isStreaming} />}
      {hasRouting && <RoutingOf record={record} isStreaming={isStreaming} />}
      <AnswerEnd message={message} />
    </article>
  );
}

function RoutingOf({ record, isStreaming }: { readonly record: RoutingRecord; readonly isStreaming: boolean }) {
  const { t } = useTranslation('layout');
  const section = useRef<HTMLElement>(null);
  return (
    <section className="routing" aria-label={t('routing.title')} ref={section}>
      <FrameRouting
        record={record}
        isStreaming={isStreaming}
        section={section}
        loading={<p className="frame-note">{t('routing.loading')}</p>}
      />
    </section>
  );
}

function AnswerEnd({ message: { status } }: { readonly message: AssistantMessage }) {
  const { t } = useTranslation('embed');
  if (status.kind === 'failed')
    return (
      <div className="alert" role="alert">
        <div>
          <p>{status.error.message}</p>
          {status.error.detail !== undefined && <ErrorDetail detail={status.error.detail} />}
        </div>
      </div>
    );
  if (status.kind !== 'done') return null;
  switch (status.finishReason) {
    case 'aborted':
      return <p className="frame-note">{t('stopped')}</p>;
    case 'length':
    case 'context':
      return <p className="frame-note">{t('cutOff')}</p>;
    case 'stop':
    case 'stop-string':
      return null;
    default:
      return status.finishReason satisfies never;
  }
}
