/**
 * Servers that the person named, and how conversations come to them. Keys are no part of the state: they are in a map that nothing
 * reads but requests to their own address.
 */
import { persist } from 'zustand/middleware';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EngineErrorData } from '../../engine/api.ts';
import { t } from '../i18n/i18n.ts';
import { loadPart } from '../layout/load-part.ts';
import type { Answering, AnsweringModel, AnswerSource, ServerAnswering } from '../state/answer-source.ts';
import { isServerChoice, type ServerChoice } from '../state/chosen-server.ts';
import type { ModelChoice } from '../state/conversation.ts';
import { parsedStorage } from '../state/records/local-records.ts';
import { parseServers } from '../state/records/servers-record.ts';
import type { KeyVault } from './key-vault.ts';
import type { KnownServer } from './known-servers.ts';
import { canContinue } from './server-kinds.ts';

/** What the person is asked before anything is sent. */
export type ServerQuestion =
  /** `isForeign`: the conversation came from a file; else the server is not in the list any more. */
  | { readonly kind: 'consent'; readonly choice: ServerChoice; readonly isForeign: boolean }
  | { readonly kind: 'key'; readonly url: string };

export interface ServersState {
  readonly servers: readonly KnownServer[];
  /** Addresses whose keys are in memory, and those whose keys are kept encrypted. */
  readonly held: ReadonlySet<string>;
  readonly sealed: ReadonlySet<string>;
  readonly question: ServerQuestion | null;

  /** Reads which keys are kept. */
  start(): Promise<void>;
  /** Adds it, or puts it in the place of the one with its address. */
  add(server: KnownServer): void;
  /** Forgets a server and its key. */
  forget(url: string): Promise<void>;
  /** The key in memory; null where there is none. */
  keyOf(url: string): string | null;
  holdKey(url: string, key: string | null): void;
  /** Keeps the key that is in memory. @returns whether the browser did. */
  sealKey(url: string, passphrase: string): Promise<boolean>;
  /** @returns whether it is the right one: then the key is in memory. */
  openKey(url: string, passphrase: string): Promise<boolean>;
  /** Throws away what is kept encrypted. */
  discardSealed(url: string): Promise<void>;
  /** The answer to the question. */
  answer(isYes: boolean): void;
}

export interface ServersStore extends StoreApi<ServersState> {
  readonly answering: ServerAnswering;
  /** Asks the person for the key, or for the passphrase that opens it. @returns whether it is in memory now. */
  askForKey(url: string): Promise<boolean>;
}

/** What it takes to encrypt is loaded when a key is kept, or was. */
export function lazyKeyVault(name?: string): KeyVault {
  let opening: Promise<KeyVault> | null = null;
  const vault = (): Promise<KeyVault> =>
    (opening ??= loadPart(() => import('./key-vault.ts')).then(({ openKeyVault }) => openKeyVault(name)));
  return {
    urls: async () => (await vault()).urls(),
    keep: async (url, key, passphrase) => (await vault()).keep(url, key, passphrase),
    open: async (url, passphrase) => (await vault()).open(url, passphrase),
    forget: async (url) => (await vault()).forget(url),
  };
}

export function createServersStore(vault: KeyVault = lazyKeyVault()): ServersStore {
  const keys = new Map<string, string>();
  let waiting: ((isYes: boolean) => void) | null = null;
  const models = new Map<string, { readonly server: KnownServer | undefined; readonly model: AnsweringModel }>();

  const store = createStore<ServersState>()(
    persist(
      (set, get) => ({
        servers: [],
        held: new Set(),
        sealed: new Set(),
        question: null,

        start: async () => {
          if (!get().servers.some(({ wantsKey }) => wantsKey)) return;
          try {
            set({ sealed: new Set(await vault.urls()) });
          } catch {
            // They are asked for anew.
          }
        },
        add: (server) =>
          set(({ servers }) => ({ servers: [...servers.filter(({ url }) => url !== server.url), server] })),
        forget: async (url) => {
          set(({ servers }) => ({ servers: servers.filter((one) => one.url !== url) }));
          get().holdKey(url, null);
          await get().discardSealed(url);
        },
        keyOf: (url) => keys.get(url) ?? null,
        holdKey: (url, key) => {
          if (key === null) keys.delete(url);
          else keys.set(url, key);
          set({ held: new Set(keys.keys()) });
        },
        sealKey: async (url, passphrase) => {
          const key = keys.get(url);
          if (key === undefined) return false;
          try {
            await vault.keep(url, key, passphrase);
          } catch {
            return false;
          }
          set(({ sealed }) => ({ sealed: new Set([...sealed, url]) }));
          return true;
        },
        openKey: async (url, passphrase) => {
          const key = await vault.open(url, passphrase).catch(() => null);
          if (key === null) return false;
          get().holdKey(url, key);
          return true;
        },
        discardSealed: async (url) => {
          set(({ sealed }) => ({ sealed: new Set([...sealed].filter((one) => one !== url)) }));
          await vault.forget(url).catch(() => undefined);
        },
        answer: (isYes) => {
          const resolve = waiting;
          waiting = null;
          set({ question: null });
          resolve?.(isYes);
        },
      }),
      {
        name: 'mixtab-servers',
        version: 1,
        storage: parsedStorage(1, parseServers),
        partialize: ({ servers }) => ({ servers }),
      },
    ),
  );

  function ask(question: ServerQuestion): Promise<boolean> {
    store.getState().answer(false); // one question at a time: the one before is no longer wanted
    store.setState({ question });
    return new Promise((resolve) => {
      waiting = resolve;
    });
  }

  const serverOf = (url: string): KnownServer | undefined =>
    store.getState().servers.find((server) => server.url === url);

  async function ensure(choice: ModelChoice): Promise<Answering> {
    if (!isServerChoice(choice)) return failed({ code: 'internal', message: 'This is no server.' });
    const { url, model } = choice.source;
    const { host } = new URL(url);
    const isForeign = choice.source.isForeign === true;
    if (isForeign || serverOf(url) === undefined) {
      if (!(await ask({ kind: 'consent', choice, isForeign })))
        return failed({ code: 'not-loaded', message: t('server:consent.refused', { host }) });
      if (serverOf(url) === undefined)
        store.getState().add({ url, kind: 'other', models: [], routing: null, wantsKey: false });
    }
    const wantsKey = serverOf(url)?.wantsKey === true;
    if (wantsKey && !keys.has(url) && !(await ask({ kind: 'key', url })))
      return failed({ code: 'not-loaded', message: t('server:key.missing', { host }) });
    const agreed: ModelChoice = isForeign ? { name: choice.name, source: { kind: 'server', url, model } } : choice;
    return {
      kind: 'ready',
      answerer: { source: sourceOf(url, model), model: modelOf(choice), choice: agreed, host },
    };
  }

  /** What it takes to ask a server is loaded with the first question. */
  function sourceOf(url: string, model: string): AnswerSource {
    const load = async (): Promise<AnswerSource> => {
      const { createServerSource } = await loadPart(() => import('./server-source.ts'));
      const { kind = 'other', routing = null } = serverOf(url) ?? {};
      return createServerSource({ url, key: keys.get(url) ?? null, model, kind, routing });
    };
    return {
      countTokens: async (prompt) => (await load()).countTokens(prompt),
      generate: async function* (request, signal) {
        try {
          yield* (await load()).generate(request, signal);
        } catch (error) {
          if (isKeyFailure(error)) refuseKey(url);
          throw error;
        }
      },
    };
  }

  /** The next question asks for another. */
  function refuseKey(url: string): void {
    const server = serverOf(url);
    if (server !== undefined) store.getState().add({ ...server, wantsKey: true });
    store.getState().holdKey(url, null);
  }

  /** The same object as long as nothing changed, so that components see no change. */
  function modelOf(choice: ServerChoice): AnsweringModel {
    const { url, model: id } = choice.source;
    const server = serverOf(url);
    const key = JSON.stringify([url, id, choice.name]);
    const known = models.get(key);
    if (known !== undefined && known.server === server) return known.model;
    const kind = server?.kind ?? 'other';
    const model: AnsweringModel = {
      name: choice.name,
      contextLength: server?.models.find((one) => one.id === id)?.contextLength ?? null,
      sampling: {},
      thinking: THINKING,
      moeLayers: [],
      experts: 0,
      expertsUsed: 0,
      hasOwnDefaults: true,
      ...(!canContinue(kind) && { cannotContinue: true }),
    };
    models.set(key, { server, model });
    return model;
  }

  return {
    ...store,
    askForKey: (url) => ask({ kind: 'key', url }),
    answering: { ensure, modelOf: (choice) => (isServerChoice(choice) ? modelOf(choice) : null) },
  };
}

/** Efforts as OpenAI names them: whether a model listens, nobody says. A limit in tokens has no name that all know. */
const THINKING = { reasons: false, modes: ['off', 'low', 'medium', 'high'], usual: null } as const;

function failed(error: EngineErrorData): Answering {
  return { kind: 'failed', error };
}

function isKeyFailure(error: unknown): boolean {
  return error instanceof Error && 'kind' in error && error.kind === 'key';
}

/** How a server's model is named as the choice of a conversation. */
export function serverChoice(url: string, model: string): ServerChoice {
  return { name: model, source: { kind: 'server', url, model } };
}
