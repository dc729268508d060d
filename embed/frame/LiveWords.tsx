import { useTranslation } from 'react-i18next';
import type { FrameState } from './frame-state.ts';

/** What screen readers are told by itself: that something loads, is answered, has gone wrong; the answer when it has ended. */
export function LiveWords({ state: { stage, messages } }: { readonly state: FrameState }) {
  const { t } = useTranslation('embed');
  const last = messages.at(-1);
  const words = ((): string => {
    if (stage.kind === 'loading') return t('loading');
    if (last?.role !== 'assistant') return '';
    return last.status.kind === 'done' ? `${t('answered')}: ${last.text}` : '';
  })();
  return (
    <p className="visually-hidden" role="status">
      {words}
    </p>
  );
}
