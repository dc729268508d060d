import type { ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { percent } from '../layout/quantities.ts';
import { visibleToken } from './expert-grid.ts';
import type { RoutingRecord } from './routing-record.ts';
import type { Likeness } from './similarity.ts';

interface AlikeTokensProps {
  readonly record: RoutingRecord;
  readonly token: number | null;
  /** Whether it was chosen, and not only passed by a mouse. */
  readonly isChosen: boolean;
  /** Most alike first. */
  readonly nearest: readonly Likeness[];
  /** Said while there is no token; default: what the colours mean. */
  readonly intro?: ReactNode;
  onSelect(token: number): void;
}

const SHOWN = 5;

/** Below the tokens: what the colours mean, or which tokens are most like the one that is pointed at. */
export function AlikeTokens({ record, token, isChosen, nearest, intro, onSelect }: AlikeTokensProps) {
  const { t } = useTranslation('routing');
  if (token === null) return <div className="alike">{intro ?? <p className="alike-intro">{t('tokens.intro')}</p>}</div>;
  const name = visibleToken(record.texts[token] ?? '');
  const shown = distinct(nearest, record).slice(0, SHOWN);
  const [best] = shown;
  const code = { code: <code /> };
  const alike =
    best === undefined
      ? ''
      : t('tokens.spokenAlike', { percent: percent(best.shared), token: visibleToken(record.texts[best.token] ?? '') });
  return (
    <div className="alike">
      <p>
        <Trans
          t={t}
          i18nKey={best === undefined ? 'tokens.alikeNone' : 'tokens.alike'}
          values={{ token: name }}
          components={code}
        />
        {best !== undefined && ` ${t('tokens.chance', { percent: percent(record.used / record.experts) })}`}
      </p>
      <div className="alike-tokens">
        {shown.map(({ token: other, shared }) => {
          const text = visibleToken(record.texts[other] ?? '');
          return (
            <button
              key={other}
              type="button"
              className="alike-token"
              aria-label={t('tokens.goTo', { token: text, percent: percent(shared) })}
              onClick={() => onSelect(other)}
            >
              <code>{text}</code> {percent(shared)}
            </button>
          );
        })}
      </div>
      <span className="visually-hidden" aria-live="polite">
        {isChosen ? t('tokens.spoken', { token: name, alike }) : ''}
      </span>
    </div>
  );
}

/** Of tokens with the same text, the one that has most in common; the same words again would fill the line. */
function distinct(nearest: readonly Likeness[], { texts }: RoutingRecord): Likeness[] {
  const seen = new Set<string>();
  return nearest.filter(({ token }) => {
    const text = texts[token] ?? '';
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
