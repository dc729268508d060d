import './context-meter.css';
import { useTranslation } from 'react-i18next';
import { count, percent } from '../layout/quantities.ts';
import { useServer } from '../server/use-server.ts';
import type { ContextUse } from '../state/chat-state.ts';
import { useChat, useStores } from '../state/stores.tsx';
import { useRoom, waysToMoreRoom } from './context-room.ts';
import { Popover } from './Popover.tsx';

/** From here on the ring warns. */
const NEARLY_FULL = 0.9;

const RADIUS = 7;
const LENGTH = 2 * Math.PI * RADIUS;

interface ContextMeterProps {
  /** Where the model can be loaded with a longer context. */
  onOpenModel(): void;
}

/** How full the model's context is, and what that means. Nothing where it is not known. */
export function ContextMeter({ onOpenModel }: ContextMeterProps) {
  const { t } = useTranslation(['chat', 'server']);
  const context = useChat((state) => state.context);
  const room = useRoom();
  const { panel } = useStores();
  const isServer = useServer() !== null;
  if (room === null || context === null || context.used === 0) return null;
  const isLonger = room.longest > room.contextLength;
  const numbers = { used: count(context.used), total: count(context.total) };
  return (
    <Popover
      label={t('context.name', numbers)}
      className="text-button context-meter"
      button={<Ring {...context} />}
      title={t('context.title')}
    >
      {(close) => (
        <>
          <h3>{t('context.title')}</h3>
          <p className="popover-fact">{t('context.used', { ...numbers, share: percent(shareOf(context)) })}</p>
          <p>{isServer ? t('server:context.explanation') : t('context.explanation')}</p>
          <p>{t('context.whenFull')}</p>
          {context.leftOut > 0 && (
            <p className="popover-fact">
              {t('context.leftOut', { count: context.leftOut, formatted: count(context.leftOut) })}
            </p>
          )}
          {!isServer && (
            <>
              <p>{t(`context.more.${waysToMoreRoom(room)}`)}</p>
              <button
                type="button"
                className="button"
                onClick={() => {
                  close();
                  panel.getState().show(isLonger ? 'current' : 'catalogue');
                  onOpenModel();
                }}
              >
                {t(isLonger ? 'context.changeLength' : 'context.otherModels')}
              </button>
            </>
          )}
        </>
      )}
    </Popover>
  );
}

function shareOf({ used, total }: ContextUse): number {
  return total === 0 ? 0 : Math.min(1, used / total);
}

function Ring(context: ContextUse) {
  const share = shareOf(context);
  const isFull = context.leftOut > 0 || share >= NEARLY_FULL;
  return (
    <>
      <svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true" data-full={isFull}>
        <circle cx="9" cy="9" r={RADIUS} />
        <circle cx="9" cy="9" r={RADIUS} strokeDasharray={`${share * LENGTH} ${LENGTH}`} transform="rotate(-90 9 9)" />
      </svg>
      <span>{percent(share)}</span>
    </>
  );
}
