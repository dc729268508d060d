import * as Tooltip from '@radix-ui/react-tooltip';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';

/** Long enough that a mouse which passes over a link shows nothing. */
const DELAY_MS = 300;
/** Time to move from the link onto the tooltip. */
const LEAVE_MS = 100;

interface PointedLink {
  readonly link: HTMLElement;
  readonly host: string;
}

/** One tooltip for all links of a text, which may have thousands: it says where the one that is pointed at leads. */
export function LinkTooltip({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation('chat');
  const [pointed, setPointed] = useState<PointedLink | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    pointed?.link.setAttribute('aria-describedby', id);
    return () => pointed?.link.removeAttribute('aria-describedby');
  }, [pointed, id]);

  function point(target: EventTarget, delay: number): void {
    const link = target instanceof Element ? target.closest<HTMLElement>('a[data-host]') : null;
    const host = link?.dataset['host'];
    clearTimeout(timer.current);
    const next = link === null || host === undefined ? null : { link, host };
    if (next === null && pointed === null) return;
    if (delay === 0) setPointed(next);
    else timer.current = setTimeout(() => setPointed(next), next === null ? LEAVE_MS : delay);
  }

  return (
    <>
      <div
        className="markdown"
        onPointerOver={(event) => {
          if (event.pointerType !== 'touch') point(event.target, DELAY_MS);
        }}
        onPointerLeave={(event) => point(event.currentTarget, LEAVE_MS)}
        onFocus={(event) => point(event.target, 0)}
        onBlur={() => setPointed(null)}
      >
        {children}
      </div>
      {pointed !== null && (
        <Tooltip.Provider>
          <Tooltip.Root
            open
            onOpenChange={(isOpen) => {
              if (!isOpen) setPointed(null); // Escape, or the page was scrolled.
            }}
          >
            {createPortal(
              <Tooltip.Trigger asChild>
                <span className="link-tooltip-anchor" style={placeOf(pointed.link)} aria-hidden="true" />
              </Tooltip.Trigger>,
              document.body,
            )}
            <Tooltip.Portal>
              <Tooltip.Content
                id={id}
                className="link-tooltip"
                sideOffset={4}
                collisionPadding={8}
                onPointerEnter={() => clearTimeout(timer.current)}
                onPointerLeave={(event) => point(event.currentTarget, LEAVE_MS)}
              >
                {t('link.opens', { host: pointed.host })}
              </Tooltip.Content>
            </Tooltip.Portal>
          </Tooltip.Root>
        </Tooltip.Provider>
      )}
    </>
  );
}

/** Over the link; on that of its lines which begins it, where it has several. */
function placeOf(link: HTMLElement): React.CSSProperties {
  const { left, top, width, height } = link.getClientRects()[0] ?? link.getBoundingClientRect();
  return { left, top, width, height };
}
