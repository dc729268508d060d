import { CodeXml, Columns2, Scale, Share2, SlidersHorizontal } from 'lucide-react';
import { memo, type RefObject, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCanAsk } from '../chat/use-can-ask.ts';
import { RecordDialog } from '../embed/RecordDialog.tsx';
import { Dialog } from '../layout/Dialog.tsx';
import { lazyPart } from '../layout/lazy-part.tsx';
import type { AssistantMessage } from '../state/conversation.ts';
import { AnswerWords } from './AnswerWords.tsx';
import { ComparisonDialog } from './ComparisonDialog.tsx';
import { useAsking, useFinishedAnswer } from './experts/use-asking.tsx';
import { RoutingBody } from './RoutingBody.tsx';
import type { RoutingRecord } from './routing-record.ts';
import type { FirstChange } from './SteerForm.tsx';
import type { TokenListProps } from './TokenList.tsx';

const RouterScores = lazyPart(() => import('./scores/RouterScores.tsx'), ['routing']);
const ShareDialog = lazyPart(() => import('../sharing/ShareDialog.tsx'), ['sharing']);
const SteerForm = lazyPart(() => import('./SteerForm.tsx'), ['routing']);

/** What the dialog is opened for: an expert, or anything. */
type Steering = 'anything' | FirstChange;

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
  readonly startsTour: boolean;
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
  startsTour,
}: RoutingPanelProps) {
  const { t } = useTranslation(['routing', 'layout', 'chat']);
  const [isComparing, setComparing] = useState(false);
  const [isRecording, setRecording] = useState(false);
  const [isSharing, setSharing] = useState(false);
  const inText = useCallback(
    (list: TokenListProps) => <AnswerWords {...list} message={message} words={words} />,
    [message, words],
  );
  const newest = useCallback(() => {
    const { current } = message;
    return current.routing;
  }, [message]);
  const [steering, setSteering] = useState<Steering | null>(null);
  const [isScoring, setScoring] = useState(false);
  const canAsk = useCanAsk();
  const canSteer = record.isIdsOnly !== true;
  const answer = useFinishedAnswer(isStreaming ? null : messageId);
  const asking = useAsking({
    record,
    message: answer,
    onSteer: canSteer ? ({ row, expert }, how) => setSteering({ layer: record.layers[row] ?? 0, expert, how }) : null,
  });
  return (
    <>
      <RoutingBody
        tokens={inText}
        asking={asking}
        record={record}
        isStreaming={isStreaming}
        view={view}
        onShown={onShown}
        newest={newest}
        startsTour={startsTour}
        actions={
          !isStreaming && (
            <>
              <button type="button" className="text-button" aria-haspopup="dialog" onClick={() => setComparing(true)}>
                <Columns2 size={16} />
                {t('layout:routing.compare')}
              </button>
              {canSteer && (
                <>
                  <button
                    type="button"
                    className="text-button"
                    aria-haspopup="dialog"
                    onClick={() => setSteering('anything')}
                  >
                    <SlidersHorizontal size={16} />
                    {t('steer.open')}
                  </button>
                  {canAsk && (
                    <button
                      type="button"
                      className="text-button"
                      aria-haspopup="dialog"
                      onClick={() => setScoring(true)}
                    >
                      <Scale size={16} />
                      {t('scores.open')}
                    </button>
                  )}
                </>
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
        <Dialog title={t('scores.title')} size="wide" isOpen={isScoring} onClose={() => setScoring(false)}>
          {isScoring && <RouterScores messageId={messageId} record={record} />}
        </Dialog>
      )}
      {canSteer && (
        <Dialog title={t('steer.title')} isOpen={steering !== null} onClose={() => setSteering(null)}>
          <SteerForm
            record={record}
            messageId={messageId}
            first={steering === 'anything' ? null : steering}
            onAsked={() => setSteering(null)}
          />
        </Dialog>
      )}
      {isSharing && <ShareDialog messageId={messageId} record={record} onClose={() => setSharing(false)} />}
      <RecordDialog record={record} messageId={messageId} isOpen={isRecording} onClose={() => setRecording(false)} />
    </>
  );
});
