import './tour.css';
import { X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useEffectEvent, useId, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isComposing } from '../../layout/input-method.ts';
import type { AnswerRouting } from '../answer-routing.ts';
import { type TourStep, tourSteps } from './tour-steps.ts';
import { StepFigures, StepText, useStepTitle } from './TourText.tsx';

interface TourProps {
  readonly routing: AnswerRouting;
  onSelect(token: number | null): void;
  onClose(): void;
}

/** Five steps on one's own answer: each marks its word in the text and shows its experts in the map below. */
export default function Tour({ routing, onSelect, onClose }: TourProps) {
  const { t } = useTranslation('routing');
  const steps = useMemo(() => tourSteps(routing), [routing]);
  const [at, setAt] = useState(0);
  const [showsFigures, setShowsFigures] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const [titleId, textId, figuresId] = [useId(), useId(), useId()];
  const step = steps[Math.min(at, steps.length - 1)];
  const show = useEffectEvent(() => onSelect(step === undefined ? null : shownToken(step)));
  useEffect(() => {
    show();
    // A screen reader says where one is, and the keyboard goes on from here.
    heading.current?.focus({ preventScroll: at > 0 });
  }, [at]);
  const title = useStepTitle(step);
  if (step === undefined) return null;
  const isLast = at === steps.length - 1;

  function go(next: number): void {
    if (next < 0) return;
    if (next >= steps.length) onClose();
    else setAt(next);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || isComposing(event)) return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  }

  return (
    <section className="tour" aria-label={t('tour.name')} onKeyDown={onKeyDown}>
      <div className="tour-head">
        <p className="tour-place">
          <span aria-hidden="true" className="tour-dots">
            {steps.map(({ kind }, i) => (
              <i key={kind} data-past={i <= at} />
            ))}
          </span>
          {t('tour.place', { step: at + 1, steps: steps.length })}
        </p>
        <button
          type="button"
          className="icon-button"
          aria-label={t('tour.close')}
          data-tooltip={t('tour.close')}
          onClick={onClose}
        >
          <X size={16} />
        </button>
      </div>
      <h2 ref={heading} id={titleId} tabIndex={-1} aria-describedby={textId}>
        {title}
      </h2>
      <p id={textId} className="tour-text">
        <StepText routing={routing} step={step} />
      </p>
      <p id={figuresId} className="tour-figures" hidden={!showsFigures}>
        <StepFigures routing={routing} step={step} />
      </p>
      <div className="tour-buttons">
        <button
          type="button"
          className="link-button"
          aria-expanded={showsFigures}
          aria-controls={figuresId}
          onClick={() => setShowsFigures(!showsFigures)}
        >
          {t('tour.figures')}
        </button>
        <span />
        {at > 0 && (
          <button type="button" className="button" onClick={() => go(at - 1)}>
            {t('tour.back')}
          </button>
        )}
        <button type="button" className="button button-primary" onClick={() => go(at + 1)}>
          {t(isLast ? 'tour.done' : 'tour.next')}
        </button>
      </div>
    </section>
  );
}

function shownToken(step: TourStep): number | null {
  switch (step.kind) {
    case 'word':
    case 'other':
    case 'alike':
      return step.token;
    case 'whole':
    case 'share':
      return null;
    default:
      return step satisfies never;
  }
}
