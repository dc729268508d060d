import { memo, useDeferredValue, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark } from '../icons/Mark.tsx';
import { PartBoundary } from '../layout/BrokenPart.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import { count, percent } from '../layout/quantities.ts';
import { RoutingView } from '../routing/RoutingView.tsx';
import { useServer } from '../server/use-server.ts';
import { type AssistantMessage, isAnswering, isUnanswered, type PathEntry } from '../state/conversation.ts';
import { useChat, useModel } from '../state/stores.tsx';
import { AnswerFooter } from './AnswerFooter.tsx';
import { GenerationError } from './GenerationError.tsx';
import { KeepSelection } from './KeepSelection.tsx';
import { Markdown } from './markdown/Markdown.tsx';
import { MessageBoundary } from './MessageBoundary.tsx';
import { MessageEditor } from './MessageEditor.tsx';
import { Queued } from './Queued.tsx';
import { Reasoning } from './Reasoning.tsx';
import { showBeginning, useReleaseHold } from './scroll-hold.ts';
import { ToolCalls } from './ToolCalls.tsx';
import { useEditing } from './use-editing.ts';

const TourOffer = lazyPart(() => import('../routing/tour/TourOffer.tsx'), ['routing']);
const BesideOther = lazyPart(() => import('./another/BesideOther.tsx'), ['another']);
const SteeredNote = lazyPart(() => import('../routing/SteeredNote.tsx'), ['routing']);

interface AnswerViewProps {
  readonly message: AssistantMessage;
  readonly siblings: PathEntry['siblings'];
  /** The last answer of a conversation can go on. */
  readonly isLast: boolean;
  /** Where several models answer in one conversation, each answer says which. */
  readonly namesModel: boolean;
}

export const AnswerView = memo(function AnswerView({ message, siblings, isLast, namesModel }: AnswerViewProps) {
  const { t } = useTranslation('chat');
  const { article, isEditing, close } = useEditing(message.id);
  const edit = useChat((state) => state.edit);
  const { status } = message;
  const isStreaming = isAnswering(status);
  // While it streams, typing and scrolling go before the Markdown of a long answer.
  const deferred = useDeferredValue(message);
  const shown = isStreaming ? deferred : message;
  const { content: answer, reasoning, toolCalls } = shown;
  const hasNoAnswer = isUnanswered(shown);
  const [isColored, setColored] = useState(false);
  const [isTouring, setTouring] = useState(false);
  const words = useRef<HTMLDivElement>(null);
  const routingId = useId();
  const releaseHold = useReleaseHold();
  const { routing } = message;
  const showsRouting = isColored && routing !== null;

  return (
    <article
      ref={article}
      className="message message-answer"
      aria-label={t('conversation.assistant')}
      aria-busy={isStreaming}
      data-routing={showsRouting && !isEditing ? 'open' : undefined}
      tabIndex={-1}
    >
      <div className="message-mark" aria-hidden="true">
        <Mark size={20} />
      </div>
      {isEditing ? (
        <MessageEditor
          kind="answer"
          text={message.content}
          attachments={[]}
          onCancel={close}
          onSave={(text) => {
            close();
            if (text !== message.content) void edit(message.id, text);
          }}
        />
      ) : (
        <KeepSelection className="message-body" text={(reasoning ?? '') + answer}>
          <div className="answer-main">
            {message.beside !== undefined && <BesideOther messageId={message.beside} />}
            <div className="answer-words" ref={words}>
              {message.beside !== undefined && <p className="beside-name">{message.model}</p>}
              {(status.kind === 'waiting' || status.kind === 'reading') && <Waiting status={status} />}
              {reasoning !== null && (
                <Reasoning
                  text={reasoning}
                  isLive={isStreaming && hasNoAnswer}
                  isCutOff={!isStreaming && hasNoAnswer}
                  since={status.kind === 'streaming' ? status.since : null}
                  ms={message.reasoningMs}
                />
              )}
              {answer !== '' && (
                // What breaks while it is being written has another try when it is complete.
                <MessageBoundary source={answer} resetKey={isStreaming}>
                  <Markdown text={answer} isStreaming={isStreaming} />
                </MessageBoundary>
              )}
              <ToolCalls calls={toolCalls} />
              {status.kind === 'failed' && <GenerationError messageId={message.id} error={status.error} />}
            </div>
            {message.steering !== undefined && <SteeredNote message={message} isOver={!isStreaming} />}
            <AnswerFooter
              message={message}
              siblings={siblings}
              answer={answer}
              isLast={isLast}
              namesModel={namesModel}
              coloring={
                routing === null
                  ? null
                  : {
                      isOn: isColored,
                      controls: routingId,
                      toggle() {
                        if (!isColored) releaseHold();
                        setColored(!isColored);
                        setTouring(false);
                      },
                    }
              }
            />
            {isLast && !isStreaming && routing !== null && (
              <TourOffer
                messageId={message.id}
                onStart={() => {
                  releaseHold();
                  setColored(true);
                  setTouring(true);
                }}
              />
            )}
          </div>
          <div id={routingId} className="answer-routing" hidden={!showsRouting}>
            {showsRouting && (
              <PartBoundary resetKey={isStreaming}>
                <RoutingView
                  record={routing}
                  message={message}
                  words={words}
                  isStreaming={isStreaming}
                  startsTour={isTouring}
                  onShown={showBeginning}
                />
              </PartBoundary>
            )}
          </div>
        </KeepSelection>
      )}
    </article>
  );
});

interface WaitingProps {
  readonly status: Extract<AssistantMessage['status'], { kind: 'waiting' | 'reading' }>;
}

function Waiting({ status }: WaitingProps) {
  const { t } = useTranslation('chat');
  const isLoading = useModel((state) => state.status.kind === 'loading');
  const isServer = useServer() !== null;
  if (status.kind === 'waiting' && isLoading && !isServer) return <Queued />;

  function words(): string {
    if (status.kind === 'reading' && status.total > 0)
      return t('waiting.reading', { share: percent(status.done / status.total) });
    const place = status.kind === 'waiting' ? (status.place ?? 0) : 0;
    return place > 0 ? t('waiting.place', { count: place, formatted: count(place) }) : t('waiting.waiting');
  }

  return (
    <p className="message-waiting">
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {words()}
    </p>
  );
}
