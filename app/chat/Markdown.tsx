import './markdown.css';
import { Check, Copy } from 'lucide-react';
import { type ComponentProps, memo, type ReactNode, useRef } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { markdownBlocks } from './markdown-blocks.ts';
import { useCopy } from './use-copy.ts';

/**
 * Model output is not to be trusted. react-markdown shows raw HTML as text and drops dangerous URLs; here images, which
 * could report to a server by being loaded, become their description, and links never know where they come from.
 */
const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ),
  img: ({ alt }) => (
    <span className="markdown-image">[image: {alt === undefined || alt === '' ? 'no description' : alt}]</span>
  ),
  pre: CodeBlock,
  table: ({ children }) => (
    <div className="markdown-table" role="group" aria-label="Table" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
};

const PLUGINS = [remarkGfm];

/** Renders a model's Markdown; also while it streams, when the last block may be unfinished. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <div className="markdown">
      {markdownBlocks(text).map((block, index) => (
        <MarkdownBlock key={index} text={block} />
      ))}
    </div>
  );
}

const MarkdownBlock = memo(function MarkdownBlock({ text }: { readonly text: string }) {
  return (
    <ReactMarkdown remarkPlugins={PLUGINS} components={COMPONENTS}>
      {text}
    </ReactMarkdown>
  );
});

function CodeBlock({ children }: ComponentProps<'pre'>): ReactNode {
  const block = useRef<HTMLPreElement>(null);
  const { copied, copy } = useCopy();
  return (
    <div className="markdown-code">
      <pre ref={block} tabIndex={0}>
        {children}
      </pre>
      <button
        type="button"
        className="icon-button"
        aria-label={copied ? 'Copied' : 'Copy code'}
        onClick={() => void copy(block.current?.textContent ?? '')}
      >
        {copied ? <Check size={16} /> : <Copy size={16} />}
      </button>
    </div>
  );
}
