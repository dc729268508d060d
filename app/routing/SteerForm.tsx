import './steer.css';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RoutingRequest } from '../../engine/api.ts';
import { useChat } from '../state/stores.tsx';
import type { RoutingRecord } from './routing-record.ts';
import { steeringChanges } from './steering-words.ts';

interface SteerFormProps {
  readonly record: RoutingRecord;
  readonly messageId: string;
  /** An expert that is muted or boosted already when the form opens. */
  readonly first?: FirstChange | null;
  onAsked(): void;
}

export interface FirstChange {
  readonly layer: number;
  readonly expert: number;
  readonly how: 'mute' | 'boost';
}

const MAX_BOOST = 1e6;
const USUAL_BOOST = 1;

/** Chooses which experts are muted or boosted, and asks again. What the model cannot do, the engine says in words. */
export default function SteerForm({ record, messageId, first = null, onAsked }: SteerFormProps) {
  const { t } = useTranslation('routing');
  const answerOtherwise = useChat((state) => state.answerOtherwise);
  const kept = useChat((state) => state.path.find(({ message }) => message.id === messageId)?.message);
  const before = kept?.role === 'assistant' ? kept.steering?.routing : undefined;
  const [request, setRequest] = useState<RoutingRequest>(() => withFirst(before ?? {}, first));
  const [layer, setLayer] = useState(first?.layer ?? record.layers[0] ?? 0);
  const [expert, setExpert] = useState(String(first?.expert ?? 0));
  const [amount, setAmount] = useState(String(USUAL_BOOST));
  const [problem, setProblem] = useState<string | null>(null);
  const changes = steeringChanges(t, request);
  const trained = before?.expertsUsed === undefined ? record.used : null;

  /** @returns null where it is none of this layer */
  function place(): { layer: number; expert: number } | null {
    const number = expert.trim() === '' ? NaN : Number(expert);
    const isOne = Number.isInteger(number) && number >= 0 && number < record.experts;
    setProblem(isOne ? null : t('steer.noExpert', { last: record.experts - 1 }));
    return isOne ? { layer, expert: number } : null;
  }

  function change(how: 'mute' | 'boost' | 'only'): void {
    const at = place();
    if (at === null) return;
    const isOther = (one: { layer: number; expert: number }): boolean =>
      one.layer !== at.layer || one.expert !== at.expert;
    const { mute = [], boost = [], only = [], ...rest } = request;
    const others = { ...rest, mute: mute.filter(isOther), boost: boost.filter(isOther), only };
    if (how === 'mute') setRequest({ ...others, mute: [...others.mute, at] });
    else if (how === 'boost') {
      const value = amount.trim() === '' ? NaN : Number(amount);
      if (!(Math.abs(value) <= MAX_BOOST)) setProblem(t('steer.noAmount'));
      else setRequest({ ...others, boost: [...others.boost, { ...at, amount: value }] });
    } else {
      const left = only.find((one) => one.layer === layer)?.experts ?? [];
      const rests = only.filter((one) => one.layer !== layer);
      setRequest({
        ...others,
        mute: others.mute.filter((one) => one.layer !== layer),
        only: [...rests, { layer, experts: [...new Set([...left, at.expert])] }],
      });
    }
  }

  function ask(event: FormEvent): void {
    event.preventDefault();
    onAsked();
    void answerOtherwise(messageId, request);
  }

  return (
    <form className="steer" onSubmit={ask}>
      <p>{t('steer.intro')}</p>
      <div className="steer-row">
        <label className="field">
          <span>{t('steer.layer')}</span>
          <select value={layer} onChange={(event) => setLayer(Number(event.target.value))}>
            {record.layers.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          <span>{t('steer.expert')}</span>
          <input inputMode="numeric" value={expert} onChange={(event) => setExpert(event.target.value)} />
        </label>
        <button type="button" className="button" onClick={() => change('mute')}>
          {t('steer.mute')}
        </button>
        <button type="button" className="button" onClick={() => change('only')}>
          {t('steer.only')}
        </button>
        <label className="field">
          <span>{t('steer.amount')}</span>
          <input inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} />
        </label>
        <button type="button" className="button" onClick={() => change('boost')}>
          {t('steer.boost')}
        </button>
      </div>
      {trained !== null && (
        <label className="field">
          <span>{t('steer.used')}</span>
          <select
            value={request.expertsUsed ?? trained}
            onChange={(event) => {
              const { expertsUsed: _, ...rest } = request;
              const used = Number(event.target.value);
              setRequest(used === trained ? rest : { ...rest, expertsUsed: used });
            }}
          >
            {Array.from({ length: Math.min(2 * trained, record.experts) }, (_, i) => i + 1).map((used) => (
              <option key={used} value={used}>
                {used === trained ? t('steer.usual', { used }) : used}
              </option>
            ))}
          </select>
        </label>
      )}
      {problem !== null && <p role="alert">{problem}</p>}
      <h3>{t('steer.changes')}</h3>
      {changes.length === 0 ? (
        <p>{t('steer.none')}</p>
      ) : (
        <ul>
          {changes.map(({ words, without }) => (
            <li key={words}>
              {words}{' '}
              <button type="button" className="text-button" onClick={() => setRequest(without)}>
                {t('steer.remove', { change: words })}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="steer-row">
        <button type="submit" className="button button-primary" disabled={changes.length === 0}>
          {t('steer.ask')}
        </button>
        <button type="button" className="text-button" onClick={() => setRequest({})}>
          {t('steer.reset')}
        </button>
      </div>
    </form>
  );
}

function withFirst(request: RoutingRequest, first: FirstChange | null): RoutingRequest {
  if (first === null) return request;
  const { layer, expert, how } = first;
  const isOther = (one: { layer: number; expert: number }): boolean => one.layer !== layer || one.expert !== expert;
  const mute = (request.mute ?? []).filter(isOther);
  const boost = (request.boost ?? []).filter(isOther);
  return how === 'mute'
    ? { ...request, mute: [...mute, { layer, expert }], boost }
    : { ...request, mute, boost: [...boost, { layer, expert, amount: USUAL_BOOST }] };
}
