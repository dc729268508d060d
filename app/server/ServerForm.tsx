import { type FormEvent, useEffect, useEffectEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { leaveToInputMethod } from '../layout/input-method.ts';
import { useStores } from '../state/stores.tsx';
import { type AddressProblem, parseAddress, spaceOf } from './address.ts';
import { BROWSER, diagnose, type Diagnosis } from './diagnose.ts';
import { isKey, LEAST_PASSPHRASE } from './key-vault.ts';
import { ServerModels } from './ServerModels.tsx';
import { TestResult } from './TestResult.tsx';

interface ServerFormProps {
  /** Of a known server, which is tested at once; empty: none. */
  readonly url: string;
  onOpened(): void;
}

type FormProblem = AddressProblem | 'key' | 'keyMissing' | 'passphrase';

type Test =
  | { readonly kind: 'none' }
  | { readonly kind: 'testing'; readonly url: string; readonly mayBeAsked: boolean }
  | { readonly kind: 'done'; readonly url: string; readonly diagnosis: Diagnosis };

/** Address and key of a server, whether it can be asked, and its models. */
export function ServerForm({ url: known, onOpened }: ServerFormProps) {
  const { t } = useTranslation('server');
  const { servers } = useStores();
  const [address, setAddress] = useState(known);
  const [key, setKey] = useState('');
  const [isKept, setKept] = useState(false);
  const [passphrase, setPassphrase] = useState('');
  const [problem, setProblem] = useState<FormProblem | null>(null);
  const [test, setTest] = useState<Test>({ kind: 'none' });
  const running = useRef(new AbortController());
  const id = useId();
  const parsed = parseAddress(address);
  const url = parsed.kind === 'address' ? parsed.url : null;
  const isHeld = useStore(servers, (state) => url !== null && state.held.has(url));
  const isSealed = useStore(servers, (state) => url !== null && state.sealed.has(url));

  useEffect(() => () => running.current.abort(), []);

  function problemOf(): FormProblem | null {
    if (parsed.kind === 'invalid') return parsed.problem;
    if (key !== '' && !isKey(key)) return 'key';
    if (!isKept) return null;
    if (key === '' && !isHeld) return 'keyMissing';
    return [...passphrase].length < LEAST_PASSPHRASE ? 'passphrase' : null;
  }

  async function run(): Promise<void> {
    const found = problemOf();
    setProblem(found);
    if (found !== null || url === null) {
      setTest({ kind: 'none' });
      return;
    }
    running.current.abort();
    const { signal } = (running.current = new AbortController());
    if (key === '' && !isHeld && isSealed && !(await servers.askForKey(url))) return;
    const isNear = spaceOf(new URL(url).hostname) !== 'public';
    const mayBeAsked = isNear && (await BROWSER.permission(url)) === 'prompt';
    if (signal.aborted) return;
    setTest({ kind: 'testing', url, mayBeAsked });
    try {
      const held = servers.getState().keyOf(url);
      const diagnosis = await diagnose({ url, key: key === '' ? held : key }, BROWSER, signal);
      setTest({ kind: 'done', url, diagnosis });
    } catch {
      // Another test has begun, or the panel was closed.
    }
  }

  const begin = useEffectEvent(() => {
    if (known !== '') void run();
  });
  useEffect(() => begin(), []);

  /** Remembers the key that the test went well with. */
  async function keepKey(of: string): Promise<boolean> {
    const { holdKey, sealKey } = servers.getState();
    if (key !== '') holdKey(of, key);
    return !isKept || (await sealKey(of, passphrase));
  }

  function changed(): void {
    running.current.abort();
    setProblem(null);
    setTest({ kind: 'none' });
  }

  const isAddressProblem = problem === 'invalid' || problem === 'scheme' || problem === 'secret';
  const field = { autoCapitalize: 'off', autoCorrect: 'off', spellCheck: false, autoComplete: 'off' } as const;
  return (
    <form
      className="server-form"
      onKeyDown={leaveToInputMethod}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void run();
      }}
    >
      <label className="field">
        <span>{t('tab.address')}</span>
        <input
          type="text"
          dir="ltr"
          inputMode="url"
          {...field}
          placeholder={t('tab.placeholder')}
          value={address}
          aria-invalid={isAddressProblem}
          aria-describedby={`${id}-address`}
          onChange={(event) => {
            setAddress(event.target.value);
            changed();
          }}
        />
      </label>
      <p className="panel-note" id={`${id}-address`}>
        {t('tab.addressHint')}
      </p>
      <label className="field">
        <span>{t('tab.key')}</span>
        <input
          type="password"
          {...field}
          value={key}
          aria-invalid={problem === 'key' || problem === 'keyMissing'}
          aria-describedby={`${id}-key`}
          onChange={(event) => {
            setKey(event.target.value);
            changed();
          }}
        />
      </label>
      <p className="panel-note" id={`${id}-key`}>
        {isHeld && t('tab.keyHintHeld')} {!isHeld && isSealed && t('tab.keyHintSealed')} {t('tab.keyHint')}
      </p>
      <label className="server-keep">
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />
        <span>{t('tab.keep')}</span>
      </label>
      {isKept && (
        <>
          <label className="field">
            <span>{t('tab.passphrase')}</span>
            <input
              type="password"
              {...field}
              autoComplete="new-password"
              value={passphrase}
              aria-invalid={problem === 'passphrase'}
              aria-describedby={`${id}-passphrase`}
              onChange={(event) => {
                setPassphrase(event.target.value);
                setProblem(null);
              }}
            />
          </label>
          <p className="panel-note" id={`${id}-passphrase`}>
            {t('tab.passphraseHint')}
          </p>
        </>
      )}
      {problem !== null && (
        <p className="field-problem" role="alert">
          {problem === 'passphrase' ? t('problems.passphrase', { count: LEAST_PASSPHRASE }) : t(`problems.${problem}`)}
        </p>
      )}
      <div className="button-row">
        <button type="submit" className="button">
          {t('tab.test')}
        </button>
      </div>
      <div className="server-test" role="status">
        {test.kind === 'testing' && (
          <>
            <p>{t('tab.testing', { host: new URL(test.url).host })}</p>
            {test.mayBeAsked && <p className="panel-note">{t('tab.permission', { host: new URL(test.url).host })}</p>}
          </>
        )}
        {test.kind === 'done' && <TestResult url={test.url} diagnosis={test.diagnosis} />}
      </div>
      {test.kind === 'done' && test.diagnosis.kind === 'ok' && test.diagnosis.found.models.length > 0 && (
        <ServerModels
          url={test.url}
          found={test.diagnosis.found}
          hasKey={key !== '' || isHeld || servers.getState().keyOf(test.url) !== null}
          problem={() => {
            const found = problemOf();
            setProblem(found);
            return found !== null;
          }}
          keepKey={() => keepKey(test.url)}
          onOpened={onOpened}
        />
      )}
    </form>
  );
}
