import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PlainText } from './PlainText.tsx';

interface PlainPieceProps {
  readonly text: string;
  /** The same formatted, within limits; null where it cannot be. */
  renderFormatted(): ReactNode;
}

/** What would take too long to format: as it was written, and formatted when the reader asks for it. */
export function PlainPiece({ text, renderFormatted }: PlainPieceProps) {
  const { t } = useTranslation('chat');
  const [isAsked, setAsked] = useState(false);
  const formatted = isAsked ? renderFormatted() : null;
  if (formatted !== null) return formatted;
  return (
    <div className="markdown-unformatted">
      <p className="markdown-unformatted-note" role={isAsked ? 'alert' : undefined}>
        {isAsked ? (
          t('unformatted.impossible')
        ) : (
          <>
            {t('unformatted.why')}{' '}
            <button type="button" className="text-button" onClick={() => setAsked(true)}>
              {t('unformatted.show')}
            </button>
          </>
        )}
      </p>
      <PlainText text={text} />
    </div>
  );
}
