/**
 * Files and long texts that were not sent yet, in IndexedDB: they outlive a reload, as short texts do in localStorage
 * (`kept-drafts.ts`). Bounded, the oldest go first: drafts of conversations that are never opened again would gather for ever.
 */
import { promisifyRequest, type UseStore } from 'idb-keyval';
import { inTransaction, keyvalStore } from '../../idb/keyval-store.ts';
import type { Attachment } from '../state/conversation.ts';
import { keepBeforeLeaving } from '../state/keep-before-leaving.ts';
import { isInMemory, orInMemory } from '../storage/database.ts';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from './attachments.ts';
import { MAX_CHARACTERS } from './kept-drafts.ts';

const MAX_DRAFTS = 30;
/** Two drafts with as many of the largest files as a message takes. */
const MAX_BYTES = 2 * MAX_ATTACHMENTS * MAX_ATTACHMENT_BYTES;
const INDEX = 'index';
const draftKey = (key: string): string => `draft:${key}`;

export interface KeptDraft {
  readonly attachments: readonly Attachment[];
  /** Null where it is short, and lies in localStorage. */
  readonly text: string | null;
}

export interface KeptFiles {
  /** What earlier visits left, by conversation. */
  read(): Promise<ReadonlyMap<string, KeptDraft>>;
  /** Keeps a draft as it is now, or nothing of one that is short; `onKept` hears whether it would outlive a reload. */
  keep(key: string, draft: { readonly text: string; readonly attachments: readonly Attachment[] }): void;
}

interface IndexEntry {
  readonly key: string;
  readonly bytes: number;
}

export function openKeptFiles(onKept: (key: string, isKept: boolean) => void, name = 'mixtab-drafts'): KeptFiles {
  const store: UseStore = orInMemory(keyvalStore(name, 'drafts'));
  /** Of each draft the latest that is not written yet; null: there is nothing to keep any more. */
  const pending = new Map<string, KeptDraft | null>();
  /** Drafts that may lie in the store. */
  const present = new Set<string>();
  let isWriting = false;

  async function writeAll(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    const failed = new Map<string, KeptDraft | null>();
    for (const [key, draft] of pending) {
      pending.delete(key);
      try {
        await write(key, draft);
        onKept(key, draft === null || !isInMemory());
      } catch {
        if (!pending.has(key)) failed.set(key, draft);
        onKept(key, draft === null); // what is left over of a draft that was sent harms nobody
      }
    }
    isWriting = false;
    // With the next change.
    for (const [key, draft] of failed) if (!pending.has(key)) pending.set(key, draft);
  }

  function write(key: string, draft: KeptDraft | null): Promise<void> {
    return inTransaction(store, async (objects) => {
      const index = asIndex(await promisifyRequest<unknown>(objects.get(INDEX))).filter((entry) => entry.key !== key);
      if (draft === null) objects.delete(draftKey(key));
      else {
        objects.put(draft, draftKey(key));
        index.push({ key, bytes: bytesOf(draft) });
      }
      let bytes = index.reduce((sum, entry) => sum + entry.bytes, 0);
      while (index.length > MAX_DRAFTS || (bytes > MAX_BYTES && index.length > 1)) {
        const [oldest] = index.splice(0, 1);
        if (oldest === undefined) break;
        bytes -= oldest.bytes;
        objects.delete(draftKey(oldest.key));
      }
      objects.put(index, INDEX);
    });
  }

  // What was refused is tried again with the next change, and at the last moment.
  keepBeforeLeaving({
    save: () => {
      if (pending.size > 0) void writeAll();
    },
    isAtStake: () => false, // its notice says so already
  });

  return {
    async read() {
      const drafts = new Map<string, KeptDraft>();
      await store('readonly', async (objects) => {
        for (const { key } of asIndex(await promisifyRequest<unknown>(objects.get(INDEX)))) {
          const draft = asDraft(await promisifyRequest<unknown>(objects.get(draftKey(key))));
          if (draft !== null) drafts.set(key, draft);
        }
      });
      for (const key of drafts.keys()) present.add(key);
      return drafts;
    },

    keep(key, { text, attachments }) {
      const isLong = text.length > MAX_CHARACTERS;
      if (isLong || attachments.length > 0) {
        present.add(key);
        pending.set(key, { attachments, text: isLong ? text : null });
      } else if (present.delete(key)) pending.set(key, null);
      if (pending.size > 0) void writeAll();
    },
  };
}

function bytesOf({ attachments, text }: KeptDraft): number {
  return attachments.reduce((sum, { bytes }) => sum + bytes, text?.length ?? 0);
}

function asIndex(value: unknown): IndexEntry[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (entry: unknown): entry is IndexEntry =>
      isRecord(entry) && typeof entry['key'] === 'string' && Number.isFinite(entry['bytes']),
  );
}

function asDraft(value: unknown): KeptDraft | null {
  if (!isRecord(value) || !Array.isArray(value['attachments'])) return null;
  const { text } = value;
  return { attachments: value['attachments'].filter(isAttachment), text: typeof text === 'string' ? text : null };
}

function isAttachment(value: unknown): value is Attachment {
  return (
    isRecord(value) &&
    ['id', 'name', 'text'].every((name) => typeof value[name] === 'string') &&
    Number.isFinite(value['bytes'])
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
