import './markdown.css';
import { lazyModule } from './lazy-module.ts';
import { TextPieces } from './PlainText.tsx';

/** A first visit has nothing to render yet: the parser arrives while the model does. */
const renderer = lazyModule(() => import('./MarkdownRenderer.tsx'));

export async function loadMarkdown(): Promise<void> {
  await renderer.load();
}

/** A model's Markdown; as it was written, until the renderer is there. */
export function Markdown({ text, isStreaming = false }: { readonly text: string; readonly isStreaming?: boolean }) {
  const loaded = renderer.use();
  if (loaded === null)
    return (
      <p className="markdown markdown-plain" dir="auto">
        <TextPieces text={text} />
      </p>
    );
  return <loaded.MarkdownRenderer text={text} isStreaming={isStreaming} />;
}
