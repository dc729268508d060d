import type { Element, ElementContent } from 'hast';
import { type Components, toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { Square, SquareCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { CodeBlock } from './CodeBlock.tsx';
import { Formula } from './Formula.tsx';
import { RemoteImage } from './RemoteImage.tsx';
import { DISPLAY_CLASS, INLINE_CLASS } from './restore-formulas.ts';
import { SafeLink } from './SafeLink.tsx';

/**
 * Model output is not to be trusted. It becomes elements, never HTML; here links and images, which could do harm by their
 * address, go through components of our own.
 */
const COMPONENTS: Components = {
  a: ({ href, id, children, node }) => (
    <SafeLink href={href} text={textOf(node)} id={id}>
      {children}
    </SafeLink>
  ),
  img: ({ src, alt }) => <RemoteImage src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />,
  pre: ({ node }) => {
    const language = /(?:^| )language-(\S+)/.exec(classNames(node?.children[0]))?.[1]?.toLowerCase() ?? null;
    return <CodeBlock code={textOf(node).replace(/\n$/, '')} language={language} />;
  },
  code: ({ node, className, title, children }) => {
    if (className === INLINE_CLASS || className === DISPLAY_CLASS) {
      return <Formula tex={textOf(node)} display={className === DISPLAY_CLASS} source={title ?? ''} />;
    }
    return <code dir="ltr">{children}</code>;
  },
  input: ({ checked }) => <TaskMark isDone={checked === true} />,
  table: ({ children, dir }) => <ScrollingTable dir={dir}>{children}</ScrollingTable>,
};

export function toReact(children: readonly ElementContent[]): ReactNode {
  return toJsxRuntime(
    { type: 'root', children: [...children] },
    { Fragment, jsx, jsxs, components: COMPONENTS, ignoreInvalidStyle: true, passKeys: true, passNode: true },
  );
}

function TaskMark({ isDone }: { readonly isDone: boolean }) {
  const { t } = useTranslation('chat');
  const Icon = isDone ? SquareCheck : Square;
  return <Icon size={16} className="task-mark" role="img" aria-label={isDone ? t('task.done') : t('task.open')} />;
}

interface ScrollingTableProps {
  readonly dir: string | undefined;
  readonly children: ReactNode;
}

export function ScrollingTable({ dir, children }: ScrollingTableProps) {
  const { t } = useTranslation('chat');
  return (
    <div className="markdown-table" role="group" aria-label={t('table')} tabIndex={0} dir={dir}>
      <table>{children}</table>
    </div>
  );
}

type Node = Element['children'][number];

function textOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if (node.type === 'text') return node.value;
  return node.type === 'element' ? node.children.map(textOf).join('') : '';
}

function classNames(node: Node | undefined): string {
  const value = node?.type === 'element' ? node.properties['className'] : undefined;
  return Array.isArray(value) ? value.join(' ') : '';
}
