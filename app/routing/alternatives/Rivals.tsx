import './rivals.css';
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { percent } from '../../layout/quantities.ts';
import { visibleToken } from '../expert-grid.ts';
import type { Rival } from './alternatives.ts';
import type { AlternativesState } from './use-alternatives.ts';

interface RivalsProps {
  readonly state: AlternativesState;
  readonly token: number | null;
  readonly text: string;
  /** Whether it was chosen, and not only passed by a mouse. */
  readonly isChosen: boolean;
  ask(): void;
  stop(): void;
}

/** A mouse that only passes asks for nothing. */
const DWELL_MS = 200;
const SMALLEST = 0.001;
const SPOKEN = 3;

/** What else the model might have written in place of a word. */
export function Rivals({ state, token, text, isChosen, ask, stop }: RivalsProps) {
  const { t } = useTranslation('experts');
  useAskedFor(state.kind === 'possible' && state.isCheap && token !== null, isChosen, ask);
  const place = state.kind === 'ready' && token !== null ? (state.alternatives[token] ?? null) : null;
  const name = visibleToken(text);

  function body(): ReactNode {
    switch (state.kind) {
      case 'possible':
        return state.isCheap ? (
          <p>{t('rivals.hint')}</p>
        ) : (
          <p>
            <button type="button" className="text-button" onClick={ask}>
              {t('rivals.ask')}
            </button>{' '}
            {t('rivals.why')}
          </p>
        );
      case 'working':
        return (
          <p>
            {t('rivals.working', { share: percent(state.share) })}{' '}
            <button type="button" className="text-button" onClick={stop}>
              {t('rivals.stop')}
            </button>
          </p>
        );
      case 'ready':
        if (token === null) return <p>{t('rivals.hint')}</p>;
        return place === null ? (
          <p>{t('rivals.unknown')}</p>
        ) : (
          <>
            <p>
              <Trans
                t={t}
                i18nKey="rivals.chosen"
                values={{ token: name, share: shareOf(place.probability, t) }}
                components={{ code: <code /> }}
              />
            </p>
            <ol>
              {place.rivals.map((rival) => (
                <li key={`${rival.text} ${rival.probability}`} data-chosen={rival.isChosen}>
                  <i style={{ width: `${100 * rival.probability}%` }} aria-hidden="true" />
                  <code>{nameOf(rival, t)}</code>
                  <span>{shareOf(rival.probability, t)}</span>
                </li>
              ))}
            </ol>
          </>
        );
      case 'failed':
        return (
          <p>
            {t('rivals.failed', { why: state.error.message })}{' '}
            <button type="button" className="text-button" onClick={ask}>
              {t('rivals.again')}
            </button>
          </p>
        );
      case 'busy':
        return <p>{t('rivals.busy')}</p>;
      case 'other-model':
        return <p>{t('rivals.otherModel', { model: state.model })}</p>;
      case 'unknown':
        return <p>{t('rivals.unknown')}</p>;
      default:
        return state satisfies never;
    }
  }

  const others = place === null ? [] : place.rivals.filter((rival) => !rival.isChosen).slice(0, SPOKEN);
  return (
    <div className="rivals" role="group" aria-label={t('rivals.label')} data-known={state.kind === 'ready'}>
      {body()}
      <span className="visually-hidden" aria-live="polite">
        {place !== null &&
          isChosen &&
          t('rivals.spoken', {
            token: name,
            share: shareOf(place.probability, t),
            others: others
              .map((rival) => t('rivals.one', { token: nameOf(rival, t), share: shareOf(rival.probability, t) }))
              .join(', '),
          })}
      </span>
    </div>
  );
}

type Words = ReturnType<typeof useTranslation<'experts'>>['t'];

function nameOf({ text }: Rival, t: Words): string {
  return text === null ? t('rivals.control') : visibleToken(text);
}

function shareOf(probability: number, t: Words): string {
  if (probability < SMALLEST) return t('rivals.below', { share: percent(SMALLEST, 1) });
  return percent(probability, probability < 0.1 || probability > 0.99 ? 1 : 0);
}

/** At once for a word that was chosen, after a moment for one that a mouse rests on. */
function useAskedFor(isWanted: boolean, isChosen: boolean, ask: () => void): void {
  const asked = useEffectEvent(ask);
  useEffect(() => {
    if (!isWanted) return;
    const timer = setTimeout(() => asked(), isChosen ? 0 : DWELL_MS);
    return () => clearTimeout(timer);
  }, [isWanted, isChosen]);
}
