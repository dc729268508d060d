import * as Tooltip from '@radix-ui/react-tooltip';
import type { Element } from 'hast';
import { Square, SquareCheck } from 'lucide-react';
import { memo, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import remarkBreaks from 'remark-breaks';
import remarkCjkFriendly from 'remark-cjk-friendly/parseOnly';
import remarkCjkFriendlyStrikethrough from 'remark-cjk-friendly-gfm-strikethrough/parseOnly';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from './CodeBlock.tsx';
import { Formula } from './Formula.tsx';
import { asCodeFence, markdownBlocks } from './markdown-blocks.ts';
import { extractMath } from './math-source.ts';
import { widenOuterFences } from './nested-fences.ts';
import { rehypeDirection } from './rehype-direction.ts';
import { remarkTagsAsText, withoutPartialBreak } from './remark-tags-as-text.ts';
import { RemoteImage } from './RemoteImage.tsx';
import { DISPLAY_CLASS, INLINE_CLASS, restoreFormulas } from './restore-formulas.ts';
import { SafeLink } from './SafeLink.tsx';

/** Long enough that a mouse which passes over a link shows nothing. */
const TOOLTIP_DELAY_MS = 300;

/**
 * Model output is not to be trusted. react-markdown builds elements and shows raw HTML as text; here links and images, which
 * could do harm by their address, go through components of our own.
 */
const COMPONENTS: Components = {
  a: ({ href, children, node }) => (
    <SafeLink href={href} text={textOf(node)}>
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

/** A single `~` is a range ("20~25 minutes"). Breaks come before tags, whose lines are kept by their style. */
const REMARK_PLUGINS: Options['remarkPlugins'] = [
  [remarkGfm, { singleTilde: false }],
  remarkCjkFriendly,
  [remarkCjkFriendlyStrikethrough, { singleTilde: false }],
  remarkBreaks,
  remarkTagsAsText,
];

/** Addresses are judged where they are used; see `safe-url.ts`. */
const keepUrl = (url: string): string => url;

export interface MarkdownProps {
  readonly text: string;
  /** Whether more may follow. */
  readonly isStreaming: boolean;
}

/** Renders a model's Markdown; also while it streams, when the last block may be unfinished. */
export const MarkdownRenderer = memo(function MarkdownRenderer({ text, isStreaming }: MarkdownProps) {
  const blocks = useMemo(() => {
    const whole = isStreaming ? withoutPartialBreak(text) : text;
    return markdownBlocks(widenOuterFences(whole, isStreaming));
  }, [text, isStreaming]);
  return (
    <Tooltip.Provider delayDuration={TOOLTIP_DELAY_MS}>
      <div className="markdown">
        {blocks.map((block, index) => (
          <MarkdownBlock key={index} text={block} />
        ))}
      </div>
    </Tooltip.Provider>
  );
});

const MarkdownBlock = memo(function MarkdownBlock({ text }: { readonly text: string }) {
  const fence = asCodeFence(text);
  if (fence !== null) return <CodeBlock code={fence.code} language={fence.language} />;
  const { markdown, formulas } = extractMath(text);
  return (
    <ReactMarkdown
      remarkPlugins={REMARK_PLUGINS}
      rehypePlugins={[[restoreFormulas, formulas], rehypeDirection]}
      components={COMPONENTS}
      urlTransform={keepUrl}
    >
      {markdown}
    </ReactMarkdown>
  );
});

function TaskMark({ isDone }: { readonly isDone: boolean }) {
  const { t } = useTranslation('chat');
  const Icon = isDone ? SquareCheck : Square;
  return <Icon size={16} className="task-mark" role="img" aria-label={isDone ? t('task.done') : t('task.open')} />;
}

interface ScrollingTableProps {
  readonly dir: string | undefined;
  readonly children: React.ReactNode;
}

function ScrollingTable({ dir, children }: ScrollingTableProps) {
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
