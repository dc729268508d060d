/** What is being written: a draft for each conversation, its files, and the message that is being edited. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Attachment } from '../state/conversation.ts';
import { isTemporary } from '../state/temporary.ts';
import { type AttachmentProblem, pastedAttachment, readAttachments } from './attachments.ts';
import { keepDraftText, keptDraftTexts } from './kept-drafts.ts';
import { openKeptFiles } from './kept-files.ts';

/** Of a conversation, or of the one to come. */
export type DraftKey = string;
export const NEW_CONVERSATION: DraftKey = 'new';

export interface Draft {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

const EMPTY: Draft = { text: '', attachments: [] };

/** A paste that became a file, and where in the text it was meant to go. */
interface PastedFile {
  readonly key: DraftKey;
  readonly attachment: Attachment;
  readonly start: number;
  readonly end: number;
}

export interface DraftState {
  readonly drafts: ReadonlyMap<DraftKey, Draft>;
  /** Files that were refused last. */
  readonly problems: readonly AttachmentProblem[];
  /** Files that are being read. */
  readonly reading: number;
  /** The last long paste, while it can still become text again. */
  readonly pasted: PastedFile | null;
  /** Id of the message that is being edited in its place. */
  readonly editing: string | null;
  /** Drafts whose files or long text the browser did not keep: they would not outlive a reload. */
  readonly unkept: ReadonlySet<DraftKey>;
  /** Brings back the files that an earlier visit left; those of drafts that have changed meanwhile stay as they are. */
  start(): Promise<void>;

  setText(key: DraftKey, text: string): void;
  addFiles(key: DraftKey, files: readonly File[]): Promise<void>;
  setAttachments(key: DraftKey, attachments: readonly Attachment[]): void;
  removeAttachment(key: DraftKey, id: string): void;
  /** A long paste becomes a file of this name; `start` and `end` are the selection that it would have replaced. */
  addPasted(key: DraftKey, text: string, name: string, start: number, end: number): void;
  /** The last long paste goes where it was meant to go. */
  undoPaste(): void;
  clear(key: DraftKey): void;
  dismiss(): void;
  edit(messageId: string | null): void;
}

export type DraftStore = StoreApi<DraftState>;

export function draftOf({ drafts }: Pick<DraftState, 'drafts'>, key: DraftKey): Draft {
  return drafts.get(key) ?? EMPTY;
}

/** `databaseName`: another one than the page's own, for tests. */
export function createDraftStore(databaseName?: string): DraftStore {
  const kept = Array.from(keptDraftTexts(), ([key, text]) => [key, { ...EMPTY, text }] as const);
  return createStore<DraftState>((set, get) => {
    /** Drafts that were changed in this visit. */
    const changedHere = new Set<DraftKey>();
    const files = openKeptFiles((key, isKept) => {
      if (get().unkept.has(key) !== isKept) return;
      const unkept = new Set(get().unkept);
      if (isKept) unkept.delete(key);
      else unkept.add(key);
      set({ unkept });
    }, databaseName);

    function change(key: DraftKey, changed: Partial<Draft>): void {
      changedHere.add(key);
      const draft = { ...draftOf(get(), key), ...changed };
      set(({ drafts }) => ({ drafts: new Map(drafts).set(key, draft) }));
      if (isTemporary(key)) return;
      if (changed.text !== undefined) keepDraftText(key, changed.text);
      files.keep(key, draft);
    }

    return {
      drafts: new Map(kept),
      problems: [],
      reading: 0,
      pasted: null,
      editing: null,
      unkept: new Set(),

      start: async () => {
        try {
          for (const [key, { attachments, text }] of await files.read()) {
            if (changedHere.has(key)) continue;
            const draft = { text: text ?? draftOf(get(), key).text, attachments };
            set(({ drafts }) => ({ drafts: new Map(drafts).set(key, draft) }));
          }
        } catch {
          // What cannot be read is not there; what is written now says so where it is not kept.
        }
      },

      setText: (key, text) => {
        const { pasted } = get();
        // Once the text has changed, nobody knows any more where the paste belonged.
        set({ problems: [], pasted: pasted?.key === key ? null : pasted });
        change(key, { text });
      },
      addFiles: async (key, files) => {
        set(({ reading }) => ({ reading: reading + files.length, problems: [] }));
        const present = draftOf(get(), key).attachments.length;
        const { attachments, problems } = await readAttachments(files, present);
        set(({ reading }) => ({ reading: reading - files.length, problems }));
        change(key, { attachments: [...draftOf(get(), key).attachments, ...attachments] });
      },
      setAttachments: (key, attachments) => change(key, { attachments }),
      removeAttachment: (key, id) => {
        const { pasted } = get();
        if (pasted?.attachment.id === id) set({ pasted: null });
        change(key, { attachments: draftOf(get(), key).attachments.filter((one) => one.id !== id) });
      },
      addPasted: (key, text, name, start, end) => {
        const { attachments } = draftOf(get(), key);
        const attachment = pastedAttachment(text, name, attachments);
        change(key, { attachments: [...attachments, attachment] });
        set({ pasted: { key, attachment, start, end }, problems: [] });
      },
      undoPaste: () => {
        const { pasted } = get();
        if (pasted === null) return;
        const { text, attachments } = draftOf(get(), pasted.key);
        set({ pasted: null });
        change(pasted.key, {
          text: text.slice(0, pasted.start) + pasted.attachment.text + text.slice(pasted.end),
          attachments: attachments.filter(({ id }) => id !== pasted.attachment.id),
        });
      },
      clear: (key) => {
        change(key, EMPTY);
        set({ problems: [], pasted: null });
      },
      dismiss: () => set({ problems: [], pasted: null }),
      edit: (messageId) => set({ editing: messageId }),
    };
  });
}
