/** How an answer ended, in words, and whether it can go on from there. */
import { useTranslation } from 'react-i18next';
import { count } from '../layout/quantities.ts';
import { type AssistantMessage, isUnanswered, isUnwritten } from '../state/conversation.ts';
import { useRoom, waysToMoreRoom } from './context-room.ts';
import { useEffectiveSettings } from '../state/use-effective-settings.ts';

/** Where there is no end of its own: stopped, at the limit, interrupted, failed or changed by hand. */
export function canContinue(message: AssistantMessage): boolean {
  const { status } = message;
  if (isUnwritten(message)) return false;
  switch (status.kind) {
    case 'done':
      return status.finishReason === 'aborted' || status.finishReason === 'length';
    case 'interrupted':
    case 'edited':
    case 'failed':
      return true;
    case 'waiting':
    case 'reading':
    case 'streaming':
      return false;
    default:
      return status satisfies never;
  }
}

/** What to say of an answer that did not end by itself, or with nothing but a thought; or null. */
export function useEndingNotice(message: AssistantMessage): string | null {
  const { t } = useTranslation('chat');
  const ending = useEnding(message.status);
  if (!isUnanswered(message)) return ending;
  if (ending !== null) return `${ending} ${t('ending.cutOff')}`;
  return message.status.kind === 'done' ? t('ending.unanswered') : null;
}

function useEnding(status: AssistantMessage['status']): string | null {
  const { t } = useTranslation('chat');
  const { maxTokens } = useEffectiveSettings();
  const room = useRoom();
  if (status.kind === 'interrupted') return t('ending.interrupted');
  if (status.kind === 'edited') return t('ending.edited');
  if (status.kind !== 'done') return null;
  switch (status.finishReason) {
    case 'stop':
    case 'stop-string':
      return null;
    case 'length':
      return t('ending.length', { limit: count(maxTokens) });
    case 'context':
      return room === null
        ? t('ending.context')
        : `${t('ending.context')} ${t(`context.more.${waysToMoreRoom(room)}`)}`;
    case 'aborted':
      return t('ending.aborted');
    default:
      return status.finishReason satisfies never;
  }
}
