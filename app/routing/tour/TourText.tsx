import { Trans, useTranslation } from 'react-i18next';
import { bytes, count, decimal, parameters, percent } from '../../layout/quantities.ts';
import type { AnswerRouting } from '../answer-routing.ts';
import { visibleToken } from '../expert-grid.ts';
import { fractionOf, type TourStep } from './tour-steps.ts';

interface StepProps {
  readonly routing: AnswerRouting;
  readonly step: TourStep;
}

const CODE = { code: <code /> };

export function useStepTitle(step: TourStep | undefined): string {
  const { t } = useTranslation('routing');
  if (step === undefined) return '';
  if (step.kind !== 'share') return t(`tour.${step.kind}.title`);
  const name = fractionOf(step.share);
  const fraction = name === null ? percent(step.share) : t(`tour.fraction.${name}`);
  return t(step.of === 'model' ? 'tour.share.title' : 'tour.share.titlePlain', { fraction });
}

/** Plain words. */
export function StepText({ routing: { record, load }, step }: StepProps) {
  const { t } = useTranslation('routing');
  const word = (token: number): string => visibleToken(record.texts[token] ?? '').replaceAll('·', '');
  const { used, experts } = record;
  switch (step.kind) {
    case 'word': {
      const values = { word: word(step.token), ...{ used, experts, slept: experts - used } };
      return (
        <Trans
          t={t}
          i18nKey={used < experts ? 'tour.word.text' : 'tour.word.textAll'}
          values={values}
          components={CODE}
        />
      );
    }
    case 'other': {
      const values = { other: word(step.token), word: word(step.of), percent: percent(step.shared) };
      return <Trans t={t} i18nKey="tour.other.text" values={values} components={CODE} />;
    }
    case 'alike': {
      const list = step.nearest.map(({ token }) => t('tour.quoted', { word: word(token) })).join(', ');
      const values = { word: word(step.token), list };
      return (
        <Trans
          t={t}
          i18nKey={step.nearest.length > 0 ? 'tour.alike.text' : 'tour.alike.textNone'}
          values={values}
          components={CODE}
        />
      );
    }
    case 'whole': {
      const never = load.neverUsed();
      return t(never > 0 ? 'tour.whole.text' : 'tour.whole.textAll', {
        never: count(never),
        all: count(load.counts.length),
      });
    }
    case 'share':
      return t(step.of === 'model' ? 'tour.share.text' : 'tour.share.textPlain', { percent: percent(step.share) });
    default:
      return step satisfies never;
  }
}

/** The numbers behind the words. */
export function StepFigures({ routing: { record, load }, step }: StepProps) {
  const { t } = useTranslation('routing');
  const word = (token: number): string => visibleToken(record.texts[token] ?? '').replaceAll('·', '');
  const { used, experts, layers, model } = record;
  const chosen = layers.length * used;
  const chance = percent(Math.min(1, used / experts));
  switch (step.kind) {
    case 'word': {
      const shared = model?.sharedExperts ?? 0;
      const figures = t('tour.word.figures', {
        ...{ layers: layers.length, used, chosen, all: count(layers.length * experts) },
        ...{ ...step.strongest, percent: percent(step.share) },
      });
      return shared > 0 ? `${figures} ${t('tour.word.shared', { count: shared })}` : figures;
    }
    case 'other':
      return t('tour.other.figures', { common: Math.round(step.shared * chosen), chosen, chance });
    case 'alike': {
      const [best] = step.nearest;
      if (best === undefined) return t('tour.alike.figuresNone', { chance });
      const values = { other: word(best.token), word: word(step.token), percent: percent(best.shared), chance };
      return <Trans t={t} i18nKey="tour.alike.figures" values={values} components={CODE} />;
    }
    case 'whole':
      return t('tour.whole.figures', {
        ...{ ...step.busiest, percent: percent(step.share), count: record.count, formatted: count(record.count) },
        ...{ even: decimal(load.evenness().asEvenAs, 1), experts: count(experts) },
      });
    case 'share':
      if (model === undefined) return t('tour.share.figuresPlain', { used, experts });
      return t('tour.share.figures', {
        active: parameters(model.activeParameters),
        total: parameters(model.parameters),
        bytes: bytes(model.bytesPerToken),
        file: bytes(model.fileBytes),
      });
    default:
      return step satisfies never;
  }
}
