import { useEffect, useMemo, useState } from 'react';
import { useChat, useStores } from '../../state/stores.tsx';
import type { Cell } from '../map-geometry.ts';
import type { RoutingRecord } from '../routing-record.ts';
import type { ExpertSample } from './favourites.ts';
import { type Gathered, gatherAll, gatherConversation } from './gather.ts';
import { type ShippedSample, shippedOf } from './shipped-sample.ts';

/** Where an expert's words are looked for. */
export type Scope = 'conversation' | 'all' | 'shipped';

export type SampleState =
  | { readonly kind: 'reading' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'ready'; readonly sample: ExpertSample; readonly source: SampleSource };

/** What a sample was made of. `conversations` null: of the open one. */
type SampleSource =
  | {
      readonly kind: 'answers';
      readonly answers: number;
      readonly conversations: number | null;
      readonly isCut: boolean;
    }
  | { readonly kind: 'shipped'; readonly prompts: number };

type Reading = Gathered | 'reading' | 'failed';

/** What a scope says of an expert. Read again when the answer is another one, or grows. */
export function useSample(
  record: RoutingRecord,
  model: string,
  { row, expert }: Cell,
  scope: Scope,
  shipped: ShippedSample | null,
): SampleState {
  const gathered = useGathered(record, model, scope === 'shipped' ? null : scope);
  return useMemo((): SampleState => {
    if (scope === 'shipped') {
      if (shipped === null) return { kind: 'reading' };
      return {
        kind: 'ready',
        sample: shippedOf(shipped, row, expert),
        source: { kind: 'shipped', prompts: shipped.prompts },
      };
    }
    if (gathered === 'reading' || gathered === 'failed') return { kind: gathered };
    const { corpus, conversations, isCut } = gathered;
    return {
      kind: 'ready',
      sample: corpus.sample(row, expert),
      source: {
        kind: 'answers',
        answers: corpus.answers,
        conversations: scope === 'all' ? conversations : null,
        isCut,
      },
    };
  }, [gathered, scope, shipped, row, expert]);
}

function useGathered(record: RoutingRecord, model: string, scope: 'conversation' | 'all' | null): Reading {
  const { chat } = useStores();
  const open = useChat(({ current }) => current?.id ?? null);
  const answers = useChat(({ path }) => path.length);
  const [found, setFound] = useState<{ readonly key: string; readonly reading: Reading } | null>(null);
  const key = [scope, open, answers, record.file, model, record.count].join(' ');
  useEffect(() => {
    if (scope === null) return;
    const stop = new AbortController();
    const reading =
      scope === 'all'
        ? gatherAll(chat.getState(), open, record, model, stop.signal)
        : gatherConversation(chat.getState(), open ?? '', record, model);
    reading.then(
      (gathered) => {
        if (!stop.signal.aborted) setFound({ key, reading: gathered });
      },
      () => {
        if (!stop.signal.aborted) setFound({ key, reading: 'failed' });
      },
    );
    return () => stop.abort();
    // `key` stands for the record, which is another object with each word of a growing answer.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [chat, scope, key]);
  return found?.key === key ? found.reading : 'reading';
}
