import type { ReactNode } from 'react';
import { decoded, destination, isMisleading, safeLink } from './safe-url.ts';

interface SafeLinkProps {
  readonly href: string | undefined;
  /** Its text alone. */
  readonly text: string;
  readonly children: ReactNode;
  /** To find it by, where it is a reference to a footnote. */
  readonly id?: string | undefined;
}

/** A link of a model: in a new tab that learns nothing of this page, with its host shown before it is followed (`LinkTooltip`). */
export function SafeLink({ href, text, children, id }: SafeLinkProps) {
  if (href?.startsWith('#') === true) {
    return (
      <InnerLink target={href.slice(1)} id={id}>
        {children}
      </InnerLink>
    );
  }
  const url = safeLink(href ?? '');
  if (url === null) return <span className="markdown-dead-link">{children}</span>;
  const host = destination(url);
  return (
    <>
      <a href={url} target="_blank" rel="noopener noreferrer nofollow" data-host={host}>
        {children}
      </a>
      {isMisleading(text, url) && <span className="markdown-true-host"> ({host})</span>}
    </>
  );
}

interface InnerLinkProps {
  readonly target: string;
  readonly id: string | undefined;
  readonly children: ReactNode;
}

/** From a footnote to its text and back, inside one answer: other answers may use the same numbers. */
function InnerLink({ target, id, children }: InnerLinkProps) {
  return (
    <a
      href={`#${target}`}
      id={id}
      onClick={(event) => {
        event.preventDefault();
        const answer = event.currentTarget.closest('.markdown');
        // Its own names may hold percent signs, which are written as they are, or once more.
        const found = [target, decoded(target)]
          .map((name) => answer?.querySelector<HTMLElement>(`[id="${CSS.escape(name)}"]`) ?? null)
          .find((element) => element !== null);
        found?.setAttribute('tabindex', '-1');
        found?.scrollIntoView({ block: 'nearest' });
        found?.focus();
      }}
    >
      {children}
    </a>
  );
}
