import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { count } from '../../layout/quantities.ts';
import type { ComparedAnswer } from './compared-answer.ts';
import { type BeyondChance, beyondChance, LEVEL } from './beyond-chance.ts';

interface ChanceNoteProps {
  readonly a: ComparedAnswer;
  readonly b: ComparedAnswer;
}

/** Says whether the difference of two answers is more than chance, in which layers, and how that was found out; or that they are too short to say. */
export function ChanceNote({ a, b }: ChanceNoteProps) {
  const { t } = useTranslation('routing');
  const told = useChance(a, b);
  const { layers, experts, used } = a.load.shape;
  const fewest = Math.min(a.load.tokens, b.load.tokens);
  if (told === null) return <p className="chance">{t('compare.chance.asking')}</p>;
  if (told.kind === 'too-short')
    return (
      <div className="chance" data-told="nothing">
        <strong>{t('compare.chance.tooShort')}</strong>
        <p>
          {t('compare.chance.tooShortWhy', {
            ...{ tokens: count(told.tokens), needed: count(told.needed) },
            ...{ choices: count(fewest * used), experts: count(experts) },
          })}
        </p>
      </div>
    );
  const different = layers.filter((_, row) => (told.layers[row] ?? 1) < LEVEL);
  const isMore = different.length > 0 || told.overall < LEVEL;
  const words =
    different.length === 0
      ? t('compare.chance.someLayer')
      : t('compare.chance.layers', { count: different.length, all: layers.length, layers: different.join(', ') });
  return (
    <div className="chance" data-told={isMore ? 'more' : 'chance'}>
      <strong>{t(isMore ? 'compare.chance.more' : 'compare.chance.notMore')}</strong>
      <p>
        {isMore && `${words} `}
        {t('compare.chance.how', { stretch: told.stretch, deals: count(told.deals), p: pOf(told.overall) })}
      </p>
    </div>
  );
}

function pOf(p: number): string {
  return p.toFixed(p < 0.1 ? 3 : 2);
}

/** Null while it is being found out. */
function useChance(a: ComparedAnswer, b: ComparedAnswer): BeyondChance | null {
  const [found, setFound] = useState<{ readonly of: ComparedAnswer; readonly told: BeyondChance } | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    beyondChance(a.routing, b.routing, controller.signal).then(
      (told) => setFound({ of: b, told }),
      () => undefined, // others are compared by now
    );
    return () => controller.abort();
  }, [a, b]);
  return found?.of === b ? found.told : null;
}
