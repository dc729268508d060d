import { CodeXml, Columns2, Share2, SlidersHorizontal } from 'lucide-react';
import { memo, type RefObject, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RecordDialog } from '../embed/RecordDialog.tsx';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import type { AssistantMessage } from '../state/conversation.ts';
import { AnswerWords } from './AnswerWords.tsx';
import { ComparisonDialog } from './ComparisonDialog.tsx';
import { RoutingBody } from './RoutingBody.tsx';
import type { RoutingRecord } from './routing-record.ts';
import type { TokenListProps } from './TokenList.tsx';

const ShareDialog = lazyPart(() => import('../sharing/ShareDialog.tsx'), ['sharing']);
const SteerForm = lazyPart(() => import('./SteerForm.tsx'), ['routing']);

interface RoutingPanelProps {
  readonly record: RoutingRecord;
  readonly messageId: string;
  /** As it is now: it may grow. */
  readonly message: RefObject<AssistantMessage>;
  /** Where its words stand. */
  readonly words: RefObject<HTMLElement | null>;
  readonly isStreaming: boolean;
  /** Where it stands. */
  readonly view: RefObject<HTMLElement | null>;
  /** Told once, when it is drawn for the first time. */
  readonly onShown: ((view: HTMLElement) => void) | undefined;
}

/** The view of an answer in a conversation: it can be compared with others. */
export default memo(function RoutingPanel({
  record,
  messageId,
  message,
  words,
  isStreaming,
  view,
  onShown,
}: RoutingPanelProps) {
  const { t } = useTranslation(['routing', 'layout', 'chat']);
  const [isComparing, setComparing] = useState(false);
  const [isRecording, setRecording] = useState(false);
  const [isSharing, setSharing] = useState(false);
  const inText = useCallback(
    (list: TokenListProps) => <AnswerWords {...list} message={message} words={words} />,
    [message, words],
  );
  const [isSteering, setSteering] = useState(false);
  const canSteer = record.isIdsOnly !== true;
  return (
    <>
      <RoutingBody
        tokens={inText}
        record={record}
        isStreaming={isStreaming}
        view={view}
        onShown={onShown}
        actions={
          !isStreaming && (
            <>
              <button type="button" className="text-button" aria-haspopup="dialog" onClick={() => setComparing(true)}>
                <Columns2 size={16} />
                {t('layout:routing.compare')}
              </button>
              {canSteer && (
                <button type="button" className="text-button" aria-haspopup="dialog" onClick={() => setSteering(true)}>
                  <SlidersHorizontal size={16} />
                  {t('steer.open')}
                </button>
              )}
              <button type="button" className="text-button" aria-haspopup="dialog" onClick={() => setSharing(true)}>
                <Share2 size={16} />
                {t('chat:actions.share')}
              </button>
              <button type="button" className="text-button" aria-haspopup="dialog" onClick={() => setRecording(true)}>
                <CodeXml size={16} />
                {t('layout:embed.record')}
              </button>
            </>
          )
        }
      />
      <ComparisonDialog
        record={record}
        messageId={messageId}
        isOpen={isComparing}
        onClose={() => setComparing(false)}
      />
      {canSteer && (
        <Dialog title={t('steer.title')} isOpen={isSteering} onClose={() => setSteering(false)}>
          <SteerForm record={record} messageId={messageId} onAsked={() => setSteering(false)} />
        </Dialog>
      )}
      {isSharing && <ShareDialog messageId={messageId} record={record} onClose={() => setSharing(false)} />}
      <RecordDialog record={record} messageId={messageId} isOpen={isRecording} onClose={() => setRecording(false)} />
    </>
  );
});
