import './reasoning.css';
import { ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { Markdown } from './markdown/Markdown.tsx';

interface ReasoningProps {
  readonly text: string;
  /** Whether the model still reasons. */
  readonly isLive: boolean;
}

/** A model's reasoning: open while it is being written, folded after, unless the reader decides otherwise. */
export function Reasoning({ text, isLive }: ReasoningProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const body = useId();
  const isOpen = chosen ?? isLive;
  return (
    <div className="reasoning" data-live={isLive}>
      <button
        type="button"
        className="reasoning-toggle"
        aria-expanded={isOpen}
        aria-controls={body}
        onClick={() => setChosen(!isOpen)}
      >
        <ChevronRight size={16} className="chevron" />
        Reasoning
        {isLive && <span className="reasoning-live" aria-hidden="true" />}
      </button>
      <div id={body} className="reasoning-body" hidden={!isOpen}>
        {isOpen && <Markdown text={text} />}
      </div>
    </div>
  );
}
