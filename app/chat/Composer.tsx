import './composer.css';
import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useLayoutEffect, useState } from 'react';
import { useChat, useModel } from '../state/stores.tsx';

/** The text field grows with its content up to this height, then scrolls. */
const MAX_HEIGHT_PX = 220;

interface ComposerProps {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly text: string;
  onText(text: string): void;
}

export function Composer({ field, text, onText }: ComposerProps) {
  const isReady = useModel((state) => state.status.kind === 'ready');
  const modelKind = useModel((state) => state.status.kind);
  const answering = useChat((state) => state.answering);
  const send = useChat((state) => state.send);
  const stop = useChat((state) => state.stop);
  const [hint, setHint] = useState('');
  const canSend = isReady && !answering && text.trim() !== '';

  useLayoutEffect(() => {
    const area = field.current;
    if (area === null) return;
    area.style.height = 'auto';
    area.style.height = `${Math.min(area.scrollHeight, MAX_HEIGHT_PX)}px`;
  }, [field, text]);

  function submit(): void {
    if (!canSend) {
      if (text.trim() !== '') setHint(answering ? 'Wait for the answer, or stop it' : 'No model is loaded yet');
      return;
    }
    setHint('');
    onText('');
    void send(text);
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    // Enter also ends an input method's composition; Safari reports that by key code 229 only.
    const isComposing = event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || isComposing) return;
    event.preventDefault();
    submit();
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        aria-label="Message"
        rows={1}
        value={text}
        placeholder={modelKind === 'loading' ? 'Write while the model loads…' : 'Ask something…'}
        enterKeyHint="send"
        autoComplete="off"
        onChange={(event) => {
          setHint('');
          onText(event.target.value);
        }}
        onKeyDown={onKeyDown}
      />
      {answering ? (
        <button
          type="button"
          className="round-button"
          aria-label="Stop"
          title="Stop"
          onClick={(event) => {
            // Send was in this place: the second half of a double click is not meant for Stop.
            if (event.detail > 1) return;
            void stop();
            // Stop is about to vanish and would take the focus with it; on a phone the keyboard stays down.
            if (matchMedia('(pointer: fine)').matches) field.current?.focus();
          }}
        >
          <Square size={16} fill="currentColor" />
        </button>
      ) : (
        <button type="submit" className="round-button" aria-label="Send" title="Send" disabled={!canSend}>
          <ArrowUp size={20} />
        </button>
      )}
      <p className="composer-hint" role="status">
        {hint}
      </p>
    </form>
  );
}
