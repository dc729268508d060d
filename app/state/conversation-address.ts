/**
 * The address of what is open: `#/c/<id>` for a conversation, `#/new` or nothing for a new or a temporary one. Back, Forward, a reload and a
 * bookmark lead to where one was. The address of a conversation tells nobody anything: its id is random, and the part after "#" is
 * not sent to any server.
 */
import { t } from '../i18n/i18n.ts';
import type { ChatStore } from './chat-store.ts';
import { noticeStore } from './notice-store.ts';
import { isTemporary } from './temporary.ts';

type Place =
  | { readonly kind: 'new' }
  | { readonly kind: 'conversation'; readonly id: string }
  /** An address that this page never wrote. */
  | { readonly kind: 'unknown' };

const CONVERSATION = /^#\/c\/([\w-]{1,64})$/;

export function placeOf(hash: string): Place {
  if (/^#?\/?(?:new)?$/.test(hash)) return { kind: 'new' };
  const id = CONVERSATION.exec(hash)?.[1];
  return id === undefined ? { kind: 'unknown' } : { kind: 'conversation', id };
}

export function addressOf(conversation: string | null): string {
  return conversation === null || isTemporary(conversation) ? '#/new' : `#/c/${conversation}`;
}

/** What an entry of the history says that nobody chose: the place of a conversation that was deleted there. */
const LEFT_OVER = { mixtab: 'left-over' };

/**
 * Opens what the address names, and keeps the address at what is open.
 * @param listed ends when the list of conversations was read, or could not be
 * @returns ends it
 */
export function keepAddress(chat: ChatStore, listed: Promise<unknown>): () => void {
  /** What the address asked for and the list does not have yet; null where nothing waits. */
  let wanted: string | null = null;
  /** What is being opened because the address says so: the history has it already. */
  let following: string | null | undefined;
  let isListed = false;

  async function follow(): Promise<void> {
    const place = placeOf(location.hash);
    wanted = null;
    switch (place.kind) {
      case 'new':
        return openNew();
      case 'unknown':
        return missing();
      case 'conversation':
        wanted = place.id;
        return openWanted();
      default:
        place satisfies never;
    }
  }

  async function openWanted(): Promise<void> {
    const id = wanted;
    if (id === null) return;
    const { current, heads, readFailed, select } = chat.getState();
    if (current?.id === id) {
      wanted = null;
    } else if (heads.some((head) => head.id === id)) {
      wanted = null;
      following = id;
      await select(id);
      following = undefined;
      // What cannot be read says so itself; what was opened meanwhile has written its own address.
      if (placeOf(location.hash).kind === 'conversation') write(chat.getState().current?.id ?? null, 'replace');
    } else if (isListed && !readFailed) {
      wanted = null;
      missing();
    }
  }

  function openNew(): void {
    if (chat.getState().current === null) return;
    following = null;
    void chat.getState().newChat();
    following = undefined;
  }

  function missing(): void {
    noticeStore.getState().say('failed', t('sidebar:address.missing'));
    openNew();
    write(null, 'replace');
  }

  function write(conversation: string | null, how: 'push' | 'replace', state: unknown = null): void {
    const address = addressOf(conversation);
    if (location.hash === address) return;
    if (how === 'push') history.pushState(state, '', address);
    else history.replaceState(state, '', address);
  }

  const unsubscribe = chat.subscribe((state, before) => {
    const id = state.current?.id ?? null;
    const was = before.current?.id ?? null;
    if (id !== was) {
      wanted = null; // the person was faster than the list
      if (following !== id) {
        const isBegun = id !== null && !before.heads.some((head) => head.id === id);
        const isDeleted = was !== null && !state.heads.some((head) => head.id === was);
        const isLeftOver = (history.state as Partial<typeof LEFT_OVER> | null)?.mixtab === LEFT_OVER.mixtab;
        if (isDeleted && id === null) write(id, 'replace', LEFT_OVER);
        else write(id, isBegun || isLeftOver ? 'replace' : 'push');
      }
    } else if (wanted !== null && (state.heads !== before.heads || state.readFailed !== before.readFailed)) {
      void openWanted();
    }
  });
  const onPop = (): void => void follow();
  window.addEventListener('popstate', onPop);

  void follow();
  void listed.then(() => {
    isListed = true;
    return openWanted();
  });

  return () => {
    unsubscribe();
    window.removeEventListener('popstate', onPop);
  };
}
