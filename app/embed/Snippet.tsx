import { Check, Copy } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../chat/use-copy.ts';

/** The text for a page, with a button that copies it. */
export function Snippet({ text, label }: { readonly text: string; readonly label: string }) {
  const { t } = useTranslation('embed');
  const { copied, copy } = useCopy();
  const id = useId();
  return (
    <div className="snippet">
      <div className="snippet-head">
        <label htmlFor={id}>{label}</label>
        <button type="button" className="button" onClick={() => void copy(text)}>
          {copied ? <Check size={16} aria-hidden="true" /> : <Copy size={16} aria-hidden="true" />}
          {t(copied ? 'dialog.copied' : 'dialog.copy')}
        </button>
      </div>
      <textarea
        id={id}
        readOnly
        rows={Math.min(8, text.split('\n').length + 2)}
        value={text}
        spellCheck={false}
        onFocus={({ target }) => target.select()}
      />
    </div>
  );
}
