import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { leaveToInputMethod } from '../layout/input-method.ts';
import { useStores } from '../state/stores.tsx';
import { isKey } from './key-vault.ts';
import type { ServerQuestion } from './servers-store.ts';

interface QuestionProps {
  readonly question: ServerQuestion;
  readonly host: string;
}

export default function ServerQuestionBody({ question, host }: QuestionProps) {
  switch (question.kind) {
    case 'consent':
      return <Consent question={question} host={host} />;
    case 'key':
      return <Key key={question.url} url={question.url} host={host} />;
    default:
      return question satisfies never;
  }
}

interface ConsentProps {
  readonly question: Extract<ServerQuestion, { kind: 'consent' }>;
  readonly host: string;
}

function Consent({ question: { choice, isForeign }, host }: ConsentProps) {
  const { t } = useTranslation('server');
  const { servers } = useStores();
  const answer = useStore(servers, (state) => state.answer);
  return (
    <>
      <p>{t(isForeign ? 'consent.text' : 'consent.unknown', { model: choice.source.model, host })}</p>
      <div className="button-row">
        <button type="button" className="button button-primary" onClick={() => answer(true)}>
          {t('consent.agree', { host })}
        </button>
        <button type="button" className="button" onClick={() => answer(false)}>
          {t('consent.refuse')}
        </button>
      </div>
    </>
  );
}

/** The key itself, or the passphrase that opens the one that is kept. */
function Key({ url, host }: { readonly url: string; readonly host: string }) {
  const { t } = useTranslation('server');
  const { servers } = useStores();
  const { answer, holdKey, openKey } = servers.getState();
  const isSealed = useStore(servers, (state) => state.sealed.has(url));
  const [asksKey, setAsksKey] = useState(false);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isOpening, setOpening] = useState(false);
  const id = useId();
  const isPassphrase = isSealed && !asksKey;

  async function submit(): Promise<void> {
    if (!isPassphrase) {
      if (!isKey(text)) {
        setProblem(t('problems.key'));
        return;
      }
      holdKey(url, text);
      answer(true);
      return;
    }
    setOpening(true);
    const isRight = await openKey(url, text);
    setOpening(false);
    if (isRight) answer(true);
    else setProblem(t('key.wrong'));
  }

  return (
    <form
      onKeyDown={leaveToInputMethod}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (!isOpening) void submit();
      }}
    >
      <p>{t(isPassphrase ? 'key.passphrase' : 'key.ask', { host })}</p>
      <label className="field">
        <span>{t(isPassphrase ? 'key.passphraseField' : 'key.field')}</span>
        <input
          type="password"
          autoComplete="off"
          value={text}
          aria-invalid={problem !== null}
          aria-describedby={`${id}-problem`}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(null);
          }}
        />
      </label>
      <p className="field-problem" id={`${id}-problem`} role="alert">
        {problem}
      </p>
      <div className="button-row">
        <button type="submit" className="button button-primary" aria-disabled={isOpening}>
          {t(isOpening ? 'key.opening' : 'key.use')}
        </button>
        {isPassphrase && (
          <button
            type="button"
            className="button"
            onClick={() => {
              setAsksKey(true);
              setText('');
              setProblem(null);
            }}
          >
            {t('key.forget')}
          </button>
        )}
        <button type="button" className="button" onClick={() => answer(false)}>
          {t('key.cancel')}
        </button>
      </div>
    </form>
  );
}
