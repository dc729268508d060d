import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ComparedAnswer } from './compared-answer.ts';
import { peculiarity } from './co-activation.ts';

interface OwnWordsProps {
  readonly compared: ComparedAnswer;
  /** Null where its experts are not those of the other. */
  readonly other: ComparedAnswer | null;
  readonly side: 'a' | 'b';
}

/** More would make a page of it. */
const MOST_TOKENS = 400;
const STEPS = 4;

/** The words of an answer, the stronger the more their experts are its own: those that the other uses less. */
export function OwnWords({ compared, other, side }: OwnWordsProps) {
  const { t } = useTranslation('routing');
  const { routing, load, answer } = compared;
  const steps = useMemo(() => {
    if (other === null) return null;
    const own = peculiarity(routing, load.counts, load.tokens, other.load.counts, other.load.tokens);
    const largest = own.reduce((most, value) => Math.max(most, value), 0);
    return own.map((value) => (largest > 0 ? Math.round((Math.max(0, value) / largest) * STEPS) : 0));
  }, [routing, load, other]);
  const shown = Math.min(routing.count, MOST_TOKENS);
  return (
    <div
      className="own-words"
      data-side={side}
      dir="auto"
      tabIndex={0}
      role="region"
      aria-label={t(`compare.words.${side}`, { question: answer.question })}
    >
      {Array.from({ length: shown }, (_, token) => (
        <span key={token} data-step={steps?.[token] ?? 0}>
          {routing.texts[token]}
        </span>
      ))}
      {shown < routing.count && '…'}
    </div>
  );
}
