import './code-block.css';
import { Check, Copy } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../use-copy.ts';
import { textPieces } from './PlainText.tsx';
import { useHighlighting } from './use-highlighting.ts';

interface CodeBlockProps {
  readonly code: string;
  readonly language: string | null;
}

/** A block of code: its language, a button to copy it, and colours as soon as they are there. */
export const CodeBlock = memo(function CodeBlock({ code, language }: CodeBlockProps) {
  const { t } = useTranslation('chat');
  const { copied, copy } = useCopy();
  const { styled, plain } = useHighlighting(code, language);
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language ?? t('code.plain')}</span>
        <button type="button" className="text-button" onClick={() => void copy(code)} aria-label={t('code.copy')}>
          {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
          <span aria-live="polite">{copied ? t('actions.copied') : t('actions.copy')}</span>
        </button>
      </figcaption>
      <pre dir="ltr" tabIndex={0} aria-label={language === null ? t('code.name') : t('code.nameIn', { language })}>
        <code>
          {styled}
          <PlainCode code={plain} />
        </code>
      </pre>
    </figure>
  );
});

/** Of long code only what is in sight is laid out. */
function PlainCode({ code }: { readonly code: string }) {
  const pieces = textPieces(code, true);
  if (pieces.length === 1) return code;
  return pieces.map((piece, index) => (
    <span key={index} className="code-piece">
      {piece}
    </span>
  ));
}
