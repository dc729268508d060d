import { ArrowUp, Square } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useGrowingField } from '../../app/chat/use-growing-field.ts';
import { isComposing } from '../../app/layout/input-method.ts';
import { count } from '../../app/layout/quantities.ts';
import type { BundledModel } from '../../app/models/bundled.ts';
import { LIMITS } from '../protocol.ts';
import type { FrameChat } from './chat.ts';
import type { FrameState } from './frame-state.ts';

interface AskProps {
  readonly chat: FrameChat;
  readonly state: FrameState;
  readonly bundled: BundledModel | null;
}

const FIELD_HEIGHT = 140; // px; then it scrolls
const MOST_SUGGESTIONS = 4;

/** Where questions are written, and a few to begin with. */
export function Ask({ chat, state, bundled }: AskProps) {
  const { t } = useTranslation('embed');
  const { options, messages, openQuestions } = state;
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  useGrowingField(field, text, FIELD_HEIGHT);
  const isEmpty = text.trim() === '';
  const isTooLong = text.length > LIMITS.text;
  const general = options.model === undefined ? (bundled?.suggestions ?? []) : [];
  const first = options.prompt === undefined ? [] : [options.prompt];
  const suggestions = [...first, ...(options.suggestions ?? (first.length > 0 ? [] : general))];

  // Why it failed is said in the chat.
  const ask = (question: string): void => {
    chat.ask(question).catch(() => undefined);
  };

  function send(): void {
    if (isEmpty || isTooLong) return;
    ask(text);
    setText('');
  }

  return (
    <form
      className="frame-ask"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {messages.length === 0 && suggestions.length > 0 && (
        <ul className="frame-suggestions" aria-label={t('suggestions')}>
          {[...new Set(suggestions)].slice(0, MOST_SUGGESTIONS + first.length).map((suggestion) => (
            <li key={suggestion}>
              <button type="button" dir="auto" onClick={() => ask(suggestion)}>
                {suggestion}
              </button>
            </li>
          ))}
        </ul>
      )}
      {isTooLong && <p role="alert">{t('tooLong', { most: count(LIMITS.text) })}</p>}
      <div className="frame-field">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={t('message')}
          placeholder={t('placeholder')}
          dir="auto"
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
            event.preventDefault();
            send();
          }}
        />
        {openQuestions > 0 && isEmpty ? (
          <button
            type="button"
            className="frame-send"
            aria-label={t('stop')}
            title={t('stop')}
            onClick={() => void chat.stop()}
          >
            <Square size={16} fill="currentColor" />
          </button>
        ) : (
          <button type="submit" className="frame-send" aria-label={t('send')} title={t('send')} disabled={isEmpty}>
            <ArrowUp size={18} />
          </button>
        )}
      </div>
    </form>
  );
}
