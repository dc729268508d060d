import * as Tooltip from '@radix-ui/react-tooltip';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { decoded, destination, isMisleading, safeLink } from './safe-url.ts';

interface SafeLinkProps {
  readonly href: string | undefined;
  /** Its text alone. */
  readonly text: string;
  readonly children: ReactNode;
}

/** A link of a model: in a new tab that learns nothing of this page, with its host shown before it is followed. */
export function SafeLink({ href, text, children }: SafeLinkProps) {
  const { t } = useTranslation('chat');
  if (href?.startsWith('#') === true) return <InnerLink target={href.slice(1)}>{children}</InnerLink>;
  const url = safeLink(href ?? '');
  if (url === null) return <span className="markdown-dead-link">{children}</span>;
  const host = destination(url);
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>
        <a href={url} target="_blank" rel="noopener noreferrer nofollow">
          {children}
        </a>
      </Tooltip.Trigger>
      {isMisleading(text, url) && <span className="markdown-true-host"> ({host})</span>}
      <Tooltip.Portal>
        <Tooltip.Content className="link-tooltip" sideOffset={4} collisionPadding={8}>
          {t('link.opens', { host })}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** From a footnote to its text and back, inside one answer: other answers may use the same numbers. */
function InnerLink({ target, children }: { readonly target: string; readonly children: ReactNode }) {
  return (
    <a
      href={`#${target}`}
      onClick={(event) => {
        event.preventDefault();
        const found = event.currentTarget
          .closest('.markdown')
          ?.querySelector<HTMLElement>(`[id="${CSS.escape(decoded(target))}"]`);
        found?.setAttribute('tabindex', '-1');
        found?.scrollIntoView({ block: 'nearest' });
        found?.focus();
      }}
    >
      {children}
    </a>
  );
}
