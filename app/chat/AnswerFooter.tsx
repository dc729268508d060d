import { Check, ChevronRight, Copy, RotateCcw } from 'lucide-react';
import { useId, useState } from 'react';
import { perSecond } from '../layout/quantities.ts';
import { RoutingView } from '../routing/RoutingView.tsx';
import { type AssistantMessage, isAnswering } from '../state/conversation.ts';
import { useChat, useModel, useSettings } from '../state/stores.tsx';
import { answerFacts, endingNotice } from './answer-facts.ts';
import { useCopy } from './use-copy.ts';

interface AnswerFooterProps {
  readonly message: AssistantMessage;
  /** The answer without its reasoning: what Copy copies. */
  readonly answer: string;
  readonly isLast: boolean;
}

/** Under an answer: how it ended, what it took, what one can do with it, and how it was routed. */
export function AnswerFooter({ message, answer, isLast }: AnswerFooterProps) {
  const [showsRouting, setShowsRouting] = useState(false);
  const routingId = useId();
  const { copied, copy } = useCopy();
  const canRetry = useModel((state) => state.status.kind === 'ready') && isLast;
  const retry = useChat((state) => state.regenerate);
  const notice = useNotice(message);
  const isStreaming = isAnswering(message.status);
  return (
    <footer className="answer-footer">
      {notice !== null && <p className="answer-notice">{notice}</p>}
      <div className="answer-bar">
        {!isStreaming && answer !== '' && (
          <button
            type="button"
            className="icon-button"
            aria-label={copied ? 'Copied' : 'Copy answer'}
            title="Copy answer"
            onClick={() => void copy(answer)}
          >
            {copied ? <Check size={16} /> : <Copy size={16} />}
          </button>
        )}
        {!isStreaming && canRetry && (
          <button
            type="button"
            className="icon-button"
            aria-label="Answer again"
            title="Answer again"
            onClick={() => void retry(message.id)}
          >
            <RotateCcw size={16} />
          </button>
        )}
        {message.routing !== null && (
          <button
            type="button"
            className="text-button"
            aria-expanded={showsRouting}
            aria-controls={routingId}
            onClick={() => setShowsRouting(!showsRouting)}
          >
            <ChevronRight size={16} className="chevron" />
            Routing
          </button>
        )}
        <Facts message={message} />
      </div>
      <div id={routingId} hidden={!showsRouting}>
        {showsRouting && message.routing !== null && <RoutingView record={message.routing} />}
      </div>
    </footer>
  );
}

function Facts({ message: { status } }: Pick<AnswerFooterProps, 'message'>) {
  if (status.kind === 'streaming') {
    const ms = performance.now() - status.since;
    return <p className="answer-facts">{status.tokens > 1 && ms > 0 ? perSecond(status.tokens - 1, ms) : ''}</p>;
  }
  if (status.kind !== 'done') return null;
  return (
    <p className="answer-facts">
      {answerFacts(status.timings).map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </p>
  );
}

function useNotice({ status }: AssistantMessage): string | null {
  const maxTokens = useSettings((state) => state.sampling.maxTokens);
  if (status.kind === 'interrupted') return 'Interrupted: the page was closed while this was being written.';
  if (status.kind === 'done') return endingNotice(status.finishReason, maxTokens);
  return null;
}
