import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { TitleField } from '../sidebar/TitleField.tsx';
import { useChat } from '../state/stores.tsx';
import { useIsTemporary } from '../state/use-is-temporary.ts';

/** The title of the open conversation, which can be changed where it stands; on narrow screens for screen readers only. */
export function HeaderTitle({ isNarrow }: { readonly isNarrow: boolean }) {
  const { t } = useTranslation('layout');
  const head = useChat((state) => state.current);
  const isTemporary = useIsTemporary();
  const rename = useChat((state) => state.rename);
  const [isChanging, setChanging] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (head === null || isNarrow || isTemporary) {
    return (
      <>
        <h1 className="visually-hidden">{head?.title ?? t('appName')}</h1>
        <span className="header-space" />
      </>
    );
  }

  function finish(id: string, title: string | null): void {
    setChanging(false);
    if (title !== null) void rename(id, title);
    requestAnimationFrame(() => button.current?.focus()); // after it is there again
  }

  return (
    <h1 className="header-title">
      {isChanging ? (
        // Another conversation that is opened meanwhile keeps its own title.
        <TitleField key={head.id} title={head.title} onDone={(title) => finish(head.id, title)} />
      ) : (
        <button
          ref={button}
          type="button"
          dir="auto"
          aria-label={t('header.rename', { title: head.title })}
          data-tooltip={t('header.renameHint')}
          onClick={() => setChanging(true)}
        >
          {head.title}
        </button>
      )}
    </h1>
  );
}
