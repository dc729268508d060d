import './popover.css';
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { isComposing } from '../layout/input-method.ts';

interface PopoverProps {
  /** Of the button. */
  readonly label: string;
  readonly className: string;
  readonly button: ReactNode;
  /** Of what it opens. */
  readonly title: string;
  /** `auto`: below where there is more room than above. */
  readonly place?: 'above' | 'auto';
  children(close: () => void): ReactNode;
}

/** A button, and above or below it a small box that Escape, a click elsewhere or leaving it by keyboard closes. */
export function Popover({ label, className, button, title, place = 'above', children }: PopoverProps) {
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const box = useId();
  const [side, setSide] = useState<'above' | 'below'>('above');

  useLayoutEffect(() => {
    if (!isOpen || place === 'above') return;
    setSide(sideWithRoom(root.current, document.getElementById(box)));
  }, [isOpen, place, box]);

  useEffect(() => {
    if (!isOpen) return;
    const listeners = new AbortController();
    const { signal } = listeners;
    const isOutside = (target: EventTarget | null): boolean =>
      target instanceof Node && root.current?.contains(target) === false;
    document.addEventListener('pointerdown', ({ target }) => isOutside(target) && setOpen(false), { signal });
    document.addEventListener('focusin', ({ target }) => isOutside(target) && setOpen(false), { signal });
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.key !== 'Escape' || isComposing(event)) return;
        event.preventDefault();
        event.stopPropagation();
        setOpen(false);
        opener.current?.focus();
      },
      { signal, capture: true },
    );
    return () => listeners.abort();
  }, [isOpen]);

  return (
    <div className="popover-root" ref={root}>
      <button
        ref={opener}
        type="button"
        className={className}
        aria-label={label}
        data-tooltip={label}
        aria-expanded={isOpen}
        aria-controls={box}
        onClick={() => setOpen(!isOpen)}
      >
        {button}
      </button>
      <section id={box} className="popover" data-side={side} aria-label={title} hidden={!isOpen}>
        {isOpen && children(() => setOpen(false))}
      </section>
    </div>
  );
}

/** Above, unless it does not fit there and there is more room below. */
function sideWithRoom(button: HTMLElement | null, box: HTMLElement | null): 'above' | 'below' {
  const window = button?.closest('.conversation-scroller')?.getBoundingClientRect();
  if (window === undefined || button === null || box === null) return 'above';
  const { top, bottom } = button.getBoundingClientRect();
  const above = top - window.top;
  return box.offsetHeight > above && window.bottom - bottom > above ? 'below' : 'above';
}
