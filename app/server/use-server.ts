/** What components must know of the server of the open conversation, or of the one to come. */
import { useStore } from 'zustand';
import type { AnsweringModel } from '../state/answer-source.ts';
import { chosenServer, type ServerChoice } from '../state/chosen-server.ts';
import { useChat, useModel, useStores } from '../state/stores.tsx';
import type { KnownServer } from './known-servers.ts';
import { spaceOf } from './address.ts';

export interface UsedServer {
  readonly choice: ServerChoice;
  /** With its port. */
  readonly host: string;
  readonly isLoopback: boolean;
}

/** Null where the conversation is answered in this tab. */
export function useServer(): UsedServer | null {
  const choice = useChat(chosenServer);
  if (choice === null) return null;
  const { host, hostname } = new URL(choice.source.url);
  return { choice, host, isLoopback: spaceOf(hostname) === 'loopback' };
}

/** What is remembered of it. */
export function useKnownServer(url: string | null): KnownServer | null {
  const { servers } = useStores();
  return useStore(servers, (state) => state.servers.find((server) => server.url === url) ?? null);
}

/** The model that answers the open conversation, or the one to come, as far as it is known; null: none is ready. */
export function useAnsweringModel(): AnsweringModel | null {
  const { servers } = useStores();
  const choice = useChat(chosenServer);
  const known = useStore(servers, () => (choice === null ? null : servers.answering.modelOf(choice)));
  const loaded = useModel(({ status }) => (status.kind === 'ready' ? status.info : null));
  return choice === null ? loaded : known;
}
