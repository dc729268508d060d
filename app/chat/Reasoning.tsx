import './reasoning.css';
import { ChevronRight } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { duration } from '../layout/quantities.ts';
import { TextPieces } from './markdown/PlainText.tsx';

const SECOND_MS = 1000;

interface ReasoningProps {
  readonly text: string;
  /** Whether the model still reasons. */
  readonly isLive: boolean;
  /** Whether it ended without an answer. */
  readonly isCutOff: boolean;
  /** When the answer began, by `performance.now()`; null where it streams no more. */
  readonly since: number | null;
  /** How long it took; null where that is not known. */
  readonly ms: number | null;
}

/** A model's reasoning: open while it is being written, folded after, unless the reader decides otherwise. */
export function Reasoning({ text, isLive, isCutOff, since, ms }: ReasoningProps) {
  const { t } = useTranslation('chat');
  const [chosen, setChosen] = useState<boolean | null>(null);
  const body = useId();
  const isOpen = chosen ?? isLive;

  function title(): string {
    if (isCutOff) return t('reasoning.cutOff');
    return ms === null ? t('reasoning.title') : t('reasoning.done', { time: duration(ms) });
  }

  return (
    <div className="reasoning" data-live={isLive}>
      <button
        type="button"
        className="reasoning-toggle"
        aria-expanded={isOpen}
        aria-controls={body}
        onClick={() => setChosen(!isOpen)}
      >
        <ChevronRight size={16} className="chevron" aria-hidden="true" />
        {isLive && since !== null && <LiveTime since={since} />}
        {!(isLive && since !== null) && title()}
        {isLive && <span className="reasoning-live" aria-hidden="true" />}
      </button>
      <div id={body} className="reasoning-body" hidden={!isOpen}>
        {/* Notes that the model makes for itself, in no format: `14*3: 10*3` is no emphasis. */}
        {isOpen && (
          <p className="reasoning-text" dir="auto">
            <TextPieces text={text} />
          </p>
        )}
      </div>
    </div>
  );
}

/** Whole seconds, as they pass. */
function LiveTime({ since }: { readonly since: number }) {
  const { t } = useTranslation('chat');
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - since) / SECOND_MS));
  return t('reasoning.live', { time: duration(seconds * SECOND_MS) });
}
