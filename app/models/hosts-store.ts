/**
 * Hosts that models may be fetched from: those that the person named, chose or agreed to. A conversation that came from a file
 * names a model's address too, and whoever wrote the file must not learn, by a request to a host of theirs, that it was opened.
 */
import { persist } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineClient } from '../../engine/api.ts';
import { parseHosts } from '../state/records/hosts-record.ts';
import { parsedStorage } from '../state/records/local-records.ts';

/** How an address came that the person did not choose: with a conversation, or by a link of another page. */
export type AddressFrom = 'conversation' | 'link';

export interface HostsState {
  readonly agreed: readonly string[];
  /** What the person is asked now. */
  readonly question: { readonly host: string; readonly model: string; readonly from: AddressFrom } | null;
  /** The person themselves named or chose this address. */
  agree(url: string): void;
  /** Whether this address may be fetched; asks the person where that is not known. */
  ask(url: string, model: string, from?: AddressFrom): Promise<boolean>;
  /** To the question; a yes is remembered. */
  answer(isAgreed: boolean): void;
}

export type HostsStore = StoreApi<HostsState>;

/** @param client knows what is stored: where that came from was agreed to before this was asked */
export function createHostsStore(client: Pick<EngineClient, 'storage'>): HostsStore {
  /** Whoever waits for the answer. */
  let waiting: ((isAgreed: boolean) => void)[] = [];

  return createStore<HostsState>()(
    persist(
      (set, get) => ({
        agreed: [],
        question: null,

        agree: (url) => {
          const host = hostOf(url);
          if (host !== null && !get().agreed.includes(host)) set(({ agreed }) => ({ agreed: [...agreed, host] }));
        },

        ask: async (url, model, from = 'conversation') => {
          const host = hostOf(url);
          if (host === null) return false;
          if (host === location.host || get().agreed.includes(host)) return true;
          if (await isStoredFrom(client, host)) return true;
          get().answer(false); // one question at a time: the one before is no longer wanted
          set({ question: { host, model, from } });
          return new Promise<boolean>((resolve) => waiting.push(resolve));
        },

        answer: (isAgreed) => {
          const { question, agreed } = get();
          if (question === null) return;
          set({ question: null, ...(isAgreed && { agreed: [...agreed, question.host] }) });
          for (const resolve of waiting) resolve(isAgreed);
          waiting = [];
        },
      }),
      {
        name: 'mixtab-hosts',
        version: 1,
        storage: parsedStorage(1, parseHosts),
        partialize: ({ agreed }) => ({ agreed }),
      },
    ),
  );
}

/** With its port; null where the address is none. */
export function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).host : null;
}

async function isStoredFrom(client: Pick<EngineClient, 'storage'>, host: string): Promise<boolean> {
  try {
    const { models } = await client.storage();
    return models.some(({ url }) => url !== null && hostOf(url) === host);
  } catch {
    return false;
  }
}
