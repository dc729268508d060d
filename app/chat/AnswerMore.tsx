import { Columns2, Ellipsis, Pencil, Share2, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { lazyPart } from '../layout/lazy-part.tsx';
import { ComparisonDialog } from '../routing/ComparisonDialog.tsx';
import type { AssistantMessage } from '../state/conversation.ts';
import { useChat, useDrafts } from '../state/stores.tsx';
import { focusConversation } from './ActionButton.tsx';
import { AnswerFigures } from './AnswerFacts.tsx';
import { Popover } from './Popover.tsx';
import { useCanAsk } from './use-can-ask.ts';

const AskAnother = lazyPart(() => import('./another/AskAnother.tsx'), ['another']);

/** The way to it is in the first load, and nothing else. */
const ShareDialog = lazyPart(() => import('../sharing/ShareDialog.tsx'), ['sharing']);

interface AnswerMoreProps {
  readonly message: AssistantMessage;
  /** The answer without its reasoning. */
  readonly answer: string;
}

/** What is not wanted with every answer: all its figures, and what changes it. */
export function AnswerMore({ message, answer }: AnswerMoreProps) {
  const { t } = useTranslation(['chat', 'layout']);
  const canAsk = useCanAsk();
  const { id } = message;
  const isAnswering = useChat((state) => state.answeringIn !== null);
  const deleteMessage = useChat((state) => state.deleteMessage);
  const edit = useDrafts((state) => state.edit);
  const [isComparing, setComparing] = useState(false);
  const [isSharing, setSharing] = useState(false);
  // Where there is a view of the routing, it leads there too.
  const mayCompare = message.host !== undefined && message.routing === null && answer !== '';
  return (
    <>
      <Popover
        label={t('actions.more')}
        title={t('actions.moreTitle')}
        className="icon-button"
        button={<Ellipsis size={16} aria-hidden="true" />}
        place="auto"
      >
        {(close) => (
          <div className="answer-more">
            <AnswerFigures message={message} />
            <button
              type="button"
              className="text-button"
              aria-haspopup="dialog"
              onClick={() => {
                close();
                setSharing(true);
              }}
            >
              <Share2 size={16} aria-hidden="true" />
              {t('actions.share')}
            </button>
            {mayCompare && (
              <button
                type="button"
                className="text-button"
                aria-haspopup="dialog"
                onClick={() => {
                  close();
                  setComparing(true);
                }}
              >
                <Columns2 size={16} aria-hidden="true" />
                {t('layout:routing.compare')}
              </button>
            )}
            {!isAnswering && canAsk && <AskAnother messageId={id} model={message.model} onAsked={close} />}
            {!isAnswering && (
              <>
                <button
                  type="button"
                  className="text-button"
                  onClick={() => {
                    close();
                    edit(id);
                  }}
                >
                  <Pencil size={16} aria-hidden="true" />
                  {t('actions.editAnswer')}
                </button>
                <button
                  type="button"
                  className="text-button"
                  onClick={(event) => {
                    focusConversation(event);
                    void deleteMessage(id);
                  }}
                >
                  <Trash2 size={16} aria-hidden="true" />
                  {t('actions.deleteAnswer')}
                </button>
              </>
            )}
          </div>
        )}
      </Popover>
      {isSharing && <ShareDialog messageId={id} record={message.routing} onClose={() => setSharing(false)} />}
      {mayCompare && (
        <ComparisonDialog record={null} messageId={id} isOpen={isComparing} onClose={() => setComparing(false)} />
      )}
    </>
  );
}
