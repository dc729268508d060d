import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { count } from '../layout/quantities.ts';
import type { PathEntry } from '../state/conversation.ts';
import { useChat } from '../state/stores.tsx';

/** Goes through the versions of a message: "2 / 3". Nothing where there is only one. */
export function BranchSwitcher({ message, siblings }: PathEntry) {
  const { t } = useTranslation('chat');
  const showBranch = useChat((state) => state.showBranch);
  if (siblings.length < 2) return null;
  const index = siblings.indexOf(message.id);
  const place = { current: count(index + 1), total: count(siblings.length) };

  // At an end a button keeps its place and the focus, and does nothing.
  const step = (label: string, to: string | undefined, Icon: typeof ChevronLeft) => (
    <button
      type="button"
      className="icon-button"
      aria-label={label}
      data-tooltip={label}
      aria-disabled={to === undefined}
      onClick={() => {
        if (to !== undefined) void showBranch(to);
      }}
    >
      <Icon size={16} aria-hidden="true" />
    </button>
  );

  return (
    <div className="branches" role="group" aria-label={t('branch.name')}>
      {step(t('branch.previous'), siblings[index - 1], ChevronLeft)}
      <span aria-hidden="true">{t('branch.place', place)}</span>
      <span className="visually-hidden" aria-live="polite">
        {t('branch.placeInWords', place)}
      </span>
      {step(t('branch.next'), siblings[index + 1], ChevronRight)}
    </div>
  );
}
