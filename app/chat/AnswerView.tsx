import { memo, useDeferredValue } from 'react';
import { Mark } from '../icons/Mark.tsx';
import type { AssistantMessage } from '../state/conversation.ts';
import { isAnswering } from '../state/conversation.ts';
import { AnswerFooter } from './AnswerFooter.tsx';
import { GenerationError } from './GenerationError.tsx';
import { Markdown } from './markdown/Markdown.tsx';
import { Reasoning } from './Reasoning.tsx';
import { splitReasoning } from './reasoning.ts';

interface AnswerViewProps {
  readonly message: AssistantMessage;
  /** The last answer of a conversation can be asked for again. */
  readonly isLast: boolean;
}

export const AnswerView = memo(function AnswerView({ message, isLast }: AnswerViewProps) {
  const { status } = message;
  const isStreaming = isAnswering(status);
  // While it streams, typing and scrolling go before the Markdown of a long answer.
  const deferred = useDeferredValue(message.content);
  const content = isStreaming ? deferred : message.content;
  const { reasoning, isReasoning, answer } = splitReasoning(content, isStreaming);
  return (
    <article className="message message-answer" aria-label="Mixtab" aria-busy={isStreaming}>
      <div className="message-mark" aria-hidden="true">
        <Mark size={20} />
      </div>
      <div className="message-body">
        {(status.kind === 'waiting' || status.kind === 'reading') && <Waiting status={status} />}
        {reasoning !== null && <Reasoning text={reasoning} isLive={isReasoning} />}
        {answer !== '' && <Markdown text={answer} />}
        {status.kind === 'failed' && <GenerationError messageId={message.id} error={status.error} isLast={isLast} />}
        {(!isStreaming || message.routing !== null) && (
          <AnswerFooter message={message} answer={answer} isLast={isLast} />
        )}
      </div>
    </article>
  );
});

interface WaitingProps {
  readonly status: Extract<AssistantMessage['status'], { kind: 'waiting' | 'reading' }>;
}

function Waiting({ status }: WaitingProps) {
  const share = status.kind === 'reading' && status.total > 0 ? status.done / status.total : null;
  return (
    <p className="message-waiting">
      <span className="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {share === null ? 'Waiting…' : `Reading… ${Math.round(share * 100)} %`}
    </p>
  );
}
