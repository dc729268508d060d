import { Play, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ColorMark } from '../icons/ColorMark.tsx';
import { AnswerHost } from '../server/ServerMark.tsx';
import { useAnsweringModel } from '../server/use-server.ts';
import { type AssistantMessage, isAnswering, type PathEntry } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';
import { ActionButton, focusOwnMessage } from './ActionButton.tsx';
import { AnswerMore } from './AnswerMore.tsx';
import { AnswerSpeed } from './AnswerFacts.tsx';
import { canContinue, useEndingNotice } from './answer-ending.ts';
import { BranchSwitcher } from './BranchSwitcher.tsx';
import { CopyButton } from './CopyButton.tsx';
import { useCanAsk } from './use-can-ask.ts';

/** The button that colours an answer by its experts. */
export interface Coloring {
  readonly isOn: boolean;
  /** Id of the view of the experts, which it opens too. */
  readonly controls: string;
  toggle(): void;
}

interface AnswerFooterProps {
  readonly message: AssistantMessage;
  readonly siblings: PathEntry['siblings'];
  /** The answer without its reasoning: what Copy copies. */
  readonly answer: string;
  readonly isLast: boolean;
  readonly namesModel: boolean;
  /** Null where it is not known which experts worked. */
  readonly coloring: Coloring | null;
}

/** Under an answer: how it ended, and one quiet row of what can be done with it, with its speed. The rest is behind the dots. */
export function AnswerFooter({ message, siblings, answer, isLast, namesModel, coloring }: AnswerFooterProps) {
  const { t } = useTranslation('chat');
  const notice = useEndingNotice(message);
  const isStreaming = isAnswering(message.status);
  const continueAnswer = useChat((state) => state.continueAnswer);
  const regenerate = useChat((state) => state.regenerate);
  const canAsk = useCanAsk();
  const mayContinue = useAnsweringModel()?.cannotContinue !== true;

  return (
    <footer className="answer-footer" data-last={isLast} data-open={coloring?.isOn === true}>
      {notice !== null && <p className="answer-notice">{notice}</p>}
      {message.host !== undefined && <AnswerHost host={message.host} />}
      <div className="message-actions">
        {isLast && canAsk && canContinue(message) && mayContinue && message.beside === undefined && (
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
        <div className="message-actions-quiet">
          {!isStreaming && (
            <>
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
              <AnswerMore message={message} answer={answer} />
            </>
          )}
          <AnswerSpeed message={message} namesModel={namesModel} />
        </div>
        <BranchSwitcher message={message} siblings={siblings} />
        {coloring !== null && (
          <button
            type="button"
            className="text-button answer-coloring"
            aria-label={t('actions.color')}
            aria-expanded={coloring.isOn}
            aria-controls={coloring.controls}
            onClick={coloring.toggle}
          >
            <ColorMark />
            <span className="answer-coloring-wide">{t('actions.color')}</span>
            <span className="answer-coloring-narrow">{t('actions.colorShort')}</span>
          </button>
        )}
      </div>
    </footer>
  );
}
