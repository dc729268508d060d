import { ChevronRight, Columns2, Play, RotateCcw } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PartBoundary } from '../layout/BrokenPart.tsx';
import { ComparisonDialog } from '../routing/ComparisonDialog.tsx';
import { RoutingView } from '../routing/RoutingView.tsx';
import { AnswerHost } from '../server/ServerMark.tsx';
import { useAnsweringModel } from '../server/use-server.ts';
import { type AssistantMessage, isAnswering, type PathEntry } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';
import { ActionButton, focusOwnMessage } from './ActionButton.tsx';
import { AnswerFacts } from './AnswerFacts.tsx';
import { canContinue, useEndingNotice } from './answer-ending.ts';
import { BranchSwitcher } from './BranchSwitcher.tsx';
import { CopyButton } from './CopyButton.tsx';
import { EditAndDelete } from './EditAndDelete.tsx';
import { useReleaseHold } from './scroll-hold.ts';
import { useCanAsk } from './use-can-ask.ts';

interface AnswerFooterProps {
  readonly message: AssistantMessage;
  readonly siblings: PathEntry['siblings'];
  /** The answer without its reasoning: what Copy copies. */
  readonly answer: string;
  readonly isLast: boolean;
  readonly namesModel: boolean;
}

/** Under an answer: how it ended, what one can do with it, how it was routed, and what it took. */
export function AnswerFooter({ message, siblings, answer, isLast, namesModel }: AnswerFooterProps) {
  const { t } = useTranslation('chat');
  const notice = useEndingNotice(message);
  const isStreaming = isAnswering(message.status);
  const continueAnswer = useChat((state) => state.continueAnswer);
  const canAsk = useCanAsk();
  const mayContinue = useAnsweringModel()?.cannotContinue !== true;
  const [showsRouting, setShowsRouting] = useState(false);
  const routingId = useId();
  const actions = useRef<HTMLDivElement>(null);
  const releaseHold = useReleaseHold();

  function toggleRouting(isOn: boolean): void {
    if (isOn) releaseHold();
    setShowsRouting(isOn);
  }

  /** The view is longer than most windows: its beginning is what to see first, and the button that closes it. */
  function showBeginning(view: HTMLElement): void {
    const window = view.closest('.conversation-scroller')?.getBoundingClientRect();
    if (window !== undefined && view.getBoundingClientRect().bottom <= window.bottom) return;
    actions.current?.scrollIntoView({ block: 'start' });
  }

  return (
    <footer className="answer-footer" data-last={isLast}>
      {notice !== null && <p className="answer-notice">{notice}</p>}
      {message.host !== undefined && <AnswerHost host={message.host} />}
      <div className="message-actions" ref={actions}>
        {isLast && canAsk && canContinue(message) && mayContinue && (
          <button
            type="button"
            className="text-button answer-continue"
            onClick={(event) => {
              focusOwnMessage(event);
              void continueAnswer();
            }}
          >
            <Play size={16} aria-hidden="true" />
            {t('actions.continue')}
          </button>
        )}
        {/* First, because it is always in sight: the others show up behind it. */}
        {message.routing !== null && (
          <Toggle isOn={showsRouting} controls={routingId} onToggle={toggleRouting}>
            {t('actions.routing')}
          </Toggle>
        )}
        {!isStreaming && <AnswerActions message={message} answer={answer} />}
        <BranchSwitcher message={message} siblings={siblings} />
      </div>
      <AnswerFacts message={message} namesModel={namesModel} />
      <div id={routingId} hidden={!showsRouting}>
        {showsRouting && message.routing !== null && (
          <PartBoundary resetKey={isStreaming}>
            <RoutingView
              record={message.routing}
              messageId={message.id}
              isStreaming={isStreaming}
              onShown={showBeginning}
            />
          </PartBoundary>
        )}
      </div>
    </footer>
  );
}

function AnswerActions({ message, answer }: Pick<AnswerFooterProps, 'message' | 'answer'>) {
  const { t } = useTranslation(['chat', 'layout']);
  const isAnswering = useChat((state) => state.answeringIn !== null);
  const regenerate = useChat((state) => state.regenerate);
  const canAsk = useCanAsk();
  const [isComparing, setComparing] = useState(false);
  // Where there is a view of the routing, it leads there too.
  const mayCompare = message.host !== undefined && message.routing === null && answer !== '';
  return (
    <div className="message-actions-quiet">
      {answer !== '' && <CopyButton text={answer} label={t('actions.copyAnswer')} />}
      {canAsk && (
        <ActionButton
          label={t('actions.regenerate')}
          icon={RotateCcw}
          onClick={(event) => {
            focusOwnMessage(event);
            void regenerate(message.id);
          }}
        />
      )}
      {mayCompare && (
        <>
          <ActionButton label={t('layout:routing.compare')} icon={Columns2} onClick={() => setComparing(true)} />
          <ComparisonDialog
            record={null}
            messageId={message.id}
            isOpen={isComparing}
            onClose={() => setComparing(false)}
          />
        </>
      )}
      {!isAnswering && <EditAndDelete message={message} />}
    </div>
  );
}

interface ToggleProps {
  readonly isOn: boolean;
  /** Id of what it shows. */
  readonly controls: string;
  onToggle(isOn: boolean): void;
  readonly children: ReactNode;
}

function Toggle({ isOn, controls, onToggle, children }: ToggleProps) {
  return (
    <button
      type="button"
      className="text-button"
      aria-expanded={isOn}
      aria-controls={controls}
      onClick={() => onToggle(!isOn)}
    >
      <ChevronRight size={16} className="chevron" aria-hidden="true" />
      {children}
    </button>
  );
}
