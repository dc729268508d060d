// A session of somebody who writes, changes, imports, downloads and deletes, on a browser that refuses writes. What the page
// has shown as kept must be there afterwards, however the session ends.
import assert from 'node:assert/strict';
import type { ChatState } from '../app/state/chat-state.ts';
import { openConversationsDb } from '../app/state/conversations-db.ts';
import { createStores, type Stores } from '../app/state/stores.tsx';
import { createFakeEngine } from '../app/testing/fake-engine.ts';
import {
  clearDatabase,
  installStorageFaults,
  type StorageFault,
  type StorageFaults,
} from '../app/testing/storage-faults.ts';
import { toErrorData } from '../engine/errors.ts';
import { downloadModel } from '../engine/store/download.ts';
import { openModel } from '../engine/store/open-model.ts';
import { storageReport } from '../engine/store/report.ts';
import type { Outcome } from './attack.ts';

export const STEP_KINDS = [
  'send',
  'editQuestion',
  'editAnswer',
  'regenerate',
  'deleteMessage',
  'undo',
  'showBranch',
  'rename',
  'pin',
  'newChat',
  'open',
  'remove',
  'removeElsewhere',
  'import',
  'download',
  'clearSiteData',
] as const;

export interface Step {
  readonly kind: (typeof STEP_KINDS)[number];
  /** Chooses among what there is: conversations, messages. */
  readonly which: number;
}

export interface StorageSession {
  readonly steps: readonly Step[];
  /** `at`: of the writes of the session, the first that is hit; `length`: how many in a row. */
  readonly faults: readonly { readonly at: number; readonly length: number; readonly fault: StorageFault }[];
}

/** What the page showed of a conversation as kept: the words of each message. */
interface Kept {
  readonly title: string;
  readonly isPinned: boolean;
  readonly messages: ReadonlyMap<string, { readonly parentId: string | null; readonly content: string }>;
}

const BUNDLED = { url: 'https://example.org/models/tiny.gguf?v=2', name: 'tiny', bytes: 1000, suggestions: [] };
/** Attempts by themselves come at once, and a store that is slow is only slow. */
const TIMES = { retryMs: 1, longestRetryMs: 4, wordMs: 15, patienceMs: 60_000 };
const MODELS = 'mixtab-models';
const MODEL_URL = 'https://example.org/m.gguf';
const MODEL_BYTES = Uint8Array.from({ length: 4321 }, (_, index) => (index * index) % 251);
const MOST_WAITS = 20_000;

let sessions = 0;

export interface SessionResult {
  readonly outcome: Outcome;
  readonly injected: number;
}

/** @throws where something is lost that the page had shown as kept. `refused`: something was named as not saved on the way. */
export async function playSession({ steps, faults }: StorageSession): Promise<SessionResult> {
  const database = `session-${++sessions}`;
  localStorage.clear();
  await clearDatabase(MODELS);
  const injector = installStorageFaults();
  const first = injector.writes;
  injector.choose((write) => {
    const at = write - first;
    return faults.find((one) => at >= one.at && at < one.at + one.length)?.fault ?? null;
  });
  let session: Session | undefined;
  try {
    session = new Session(database, injector);
    await session.play(steps);
  } finally {
    injector.uninstall();
    session?.close();
  }
  await session.check();
  await clearDatabase(database);
  return { outcome: session.wasRefused ? 'refused' : 'accepted', injected: injector.injected };
}

class Session {
  wasRefused = false;
  readonly #database: string;
  readonly #injector: StorageFaults;
  readonly #stores: Stores;
  /** What the page showed last of each conversation, kept or not. */
  readonly #shown = new Map<string, Kept>();
  /** What it showed as kept. */
  readonly #kept = new Map<string, Kept>();
  /** Where messages were deleted last. */
  #deletedFrom: string | null = null;
  /** The conversation that the step under way, in which the process ended, was about to delete from. */
  #unsure: string | null = null;
  #isModelKept = false;
  #imports = 0;

  constructor(database: string, injector: StorageFaults) {
    this.#database = database;
    this.#injector = injector;
    this.#stores = openTab(database);
  }

  get #chat(): ChatState {
    return this.#stores.chat.getState();
  }

  close(): void {
    closeTab(this.#stores);
  }

  async play(steps: readonly Step[]): Promise<void> {
    await this.#chat.start();
    await this.#stores.model.getState().ensure(null);
    for (const step of steps) {
      const isDeleting = step.kind === 'deleteMessage' || step.kind === 'remove' || step.kind === 'undo';
      this.#unsure = isDeleting ? (this.#idOf(step) ?? null) : null;
      await this.#take(step);
      if (this.#chat.unsaved.size > 0) this.wasRefused = true;
      if (this.#injector.isOver) return; // the process has ended; what it did since never happened
      await this.#acknowledge();
    }
    this.#unsure = null;
    this.#injector.choose(() => null);
    await this.#becomesSaved();
    await this.#acknowledge();
  }

  #idOf({ kind, which }: Step): string | undefined {
    const { heads, current } = this.#chat;
    return kind === 'deleteMessage' || kind === 'undo' ? current?.id : heads[which % Math.max(1, heads.length)]?.id;
  }

  async #take(step: Step): Promise<void> {
    const { kind, which } = step;
    const chat = this.#chat;
    const { path, heads } = chat;
    const at = (role: 'user' | 'assistant'): string | undefined => {
      const ones = path.filter(({ message }) => message.role === role);
      return ones[which % Math.max(1, ones.length)]?.message.id;
    };
    const one = path[which % Math.max(1, path.length)];
    const id = this.#idOf(step);
    switch (kind) {
      case 'send':
        await chat.send(`Question ${which}`);
        return;
      case 'editQuestion':
        await chat.edit(at('user') ?? '', `Changed ${which}`);
        return;
      case 'editAnswer':
        await chat.edit(at('assistant') ?? '', `My answer ${which}`);
        return;
      case 'regenerate':
        await chat.regenerate(at('assistant') ?? '');
        return;
      case 'deleteMessage':
        this.#deletedFrom = chat.current?.id ?? null;
        await chat.deleteMessage(one?.message.id ?? '');
        return;
      case 'undo':
        // Where it can be seen.
        if (chat.deleted?.kind === 'messages' && this.#deletedFrom !== null) await chat.select(this.#deletedFrom);
        await chat.undoDelete();
        return;
      case 'showBranch':
        await chat.showBranch(one?.siblings[which % one.siblings.length] ?? '');
        return;
      case 'rename':
        if (id !== undefined) await chat.rename(id, `Title ${which}`);
        return;
      case 'pin':
        if (id !== undefined) await chat.setPinned(id, which % 2 === 0);
        return;
      case 'newChat':
        await chat.newChat();
        return;
      case 'open':
        if (id !== undefined) await chat.select(id);
        return;
      case 'remove':
        if (id !== undefined) await chat.remove(id);
        return;
      case 'removeElsewhere':
        if (id !== undefined) await this.#removeElsewhere(id);
        return;
      case 'import':
        await this.#import(heads.length);
        return;
      case 'download':
        await this.#download();
        return;
      case 'clearSiteData':
        await this.#clearSiteData();
        return;
      default:
        kind satisfies never;
    }
  }

  /** Another tab deletes a conversation; this one hears of it. */
  async #removeElsewhere(id: string): Promise<void> {
    const other = openTab(this.#database);
    await other.chat.getState().start();
    const isThere = (): boolean => other.chat.getState().heads.some((head) => head.id === id);
    if (isThere()) {
      await other.chat.getState().remove(id);
      if (!isThere() && !this.#injector.isOver) {
        this.#kept.delete(id);
        await until(() => !this.#chat.heads.some((head) => head.id === id), 'the other tab’s word of a deletion');
      }
    }
    closeTab(other);
  }

  async #import(count: number): Promise<void> {
    const number = ++this.#imports;
    const id = `imported-${number}`;
    const messages = [
      { id: `q${number}`, parentId: null, createdAt: 1, role: 'user', content: `Imported ${count}`, attachments: [] },
    ];
    const head = { id, title: 'Imported', createdAt: 1, updatedAt: 1, isPinned: false, leafId: `q${number}` };
    const conversation = { ...head, settings: null, model: null, messages };
    const content = { format: 'mixtab-conversations', version: 1, exportedAt: 1, conversations: [conversation] };
    try {
      await this.#chat.importConversations(new File([JSON.stringify(content)], 'c.json'));
    } catch (error) {
      assert.match(String(error), /room|stor|import/i, 'a refused import says so');
      this.wasRefused = true;
      return;
    }
    if (this.#injector.isOver) return;
    const imported = [{ id: `q${number}`, parentId: null, content: `Imported ${count}` }];
    this.#shown.set(id, keptOf({ title: 'Imported', isPinned: false }, imported));
  }

  async #download(): Promise<void> {
    try {
      const stored = await downloadModel(
        { kind: 'url', url: MODEL_URL },
        {},
        {
          signal: new AbortController().signal,
          onProgress: () => {},
          environment: MODEL_ENVIRONMENT,
        },
      );
      if (stored.complete && !this.#injector.isOver) this.#isModelKept = true;
    } catch (error) {
      assert.notEqual(toErrorData(error).message, '', 'a refused download says so');
      this.wasRefused = true;
    }
  }

  /** All that is stored goes; the conversation that is open stays open, and comes back with its next change. */
  async #clearSiteData(): Promise<void> {
    await clearDatabase(this.#database);
    await clearDatabase(MODELS);
    this.#isModelKept = false;
    const open = this.#chat.current?.id;
    this.#kept.clear();
    // Of the others nothing is known any more, but what is not saved yet.
    for (const id of this.#shown.keys()) if (id !== open) this.#shown.delete(id);
    for (const { id } of this.#chat.heads) if (id !== open) await this.#chat.remove(id);
    if (open !== undefined) await this.#chat.rename(open, 'After the data was cleared');
    await this.#becomesSaved();
  }

  async #becomesSaved(): Promise<void> {
    const { current } = this.#chat;
    const faults = this.#injector;
    await until(async () => {
      if (faults.isOver) return true;
      if (this.#chat.unsaved.size > 0) return false;
      if (current === null) return true;
      return (await readRaw(this.#database, current.id)) !== null;
    }, 'everything to be saved');
  }

  /** What the page shows now without a mark is kept. */
  async #acknowledge(): Promise<void> {
    const { heads, unsaved, current } = this.#chat;
    const listed = new Set(heads.map(({ id }) => id));
    for (const id of this.#kept.keys()) if (!listed.has(id)) this.#kept.delete(id); // deleted, and the page said so
    for (const head of heads) {
      const isOpen = head.id === current?.id;
      const before = this.#shown.get(head.id);
      if (isOpen) this.#shown.set(head.id, keptOf(head, await this.#messagesOf(head.id)));
      else if (before !== undefined)
        this.#shown.set(head.id, { ...before, title: head.title, isPinned: head.isPinned });
      const shown = this.#shown.get(head.id);
      if (unsaved.has(head.id) || shown === undefined) continue;
      this.#kept.set(head.id, shown);
      // At once, not only at the end.
      const stored = isOpen ? await readRaw(this.#database, head.id) : null;
      if (isOpen && !this.#injector.isOver) checkKept(shown, stored, `${head.title}, shown as kept`, true);
    }
  }

  /** All branches of the open conversation. */
  async #messagesOf(id: string): Promise<FiledMessage[]> {
    const file = await this.#chat.exportConversations(id, 'json');
    const { conversations } = JSON.parse(await file.text()) as { conversations: { messages: FiledMessage[] }[] };
    return conversations[0]?.messages ?? [];
  }

  /** As a later visit finds it. */
  async check(): Promise<void> {
    const wasEnded = this.#injector.isOver;
    for (const [id, kept] of this.#kept) {
      if (id === this.#unsure) continue;
      checkKept(kept, await readRaw(this.#database, id), `${kept.title}, at the next visit`, !wasEnded);
    }
    const later = openTab(this.#database);
    await later.chat.getState().start();
    for (const { id } of later.chat.getState().heads) {
      await later.chat.getState().select(id);
      const ids = new Set((await readRaw(this.#database, id))?.messages.map((message) => message.id));
      for (const { message } of later.chat.getState().path)
        assert(message.parentId === null || ids.has(message.parentId), 'a message without the one before it');
    }
    closeTab(later);
    if (this.#isModelKept) await checkModel();
  }
}

interface FiledMessage {
  readonly id: string;
  readonly parentId: string | null;
  readonly content: string;
}

function keptOf({ title, isPinned }: Pick<Kept, 'title' | 'isPinned'>, messages: readonly FiledMessage[]): Kept {
  return {
    title,
    isPinned,
    messages: new Map(messages.map(({ id, parentId, content }) => [id, { parentId, content }])),
  };
}

interface Stored {
  readonly title: string;
  readonly isPinned: boolean;
  readonly messages: readonly FiledMessage[];
}

async function readRaw(database: string, id: string): Promise<Stored | null> {
  const db = openConversationsDb(database);
  const [head, messages] = [await db.head(id), await db.messages(id)];
  return head === null ? null : { title: head.title, isPinned: head.isPinned, messages };
}

/** `isExact`: nothing was under way when the session ended, so there is nothing more than this either. */
function checkKept(kept: Kept | undefined, stored: Stored | null, what: string, isExact: boolean): void {
  if (kept === undefined) return;
  assert(stored !== null, `lost: ${what}`);
  const found = new Map(stored.messages.map(({ id, parentId, content }) => [id, { parentId, content }]));
  for (const [id, message] of kept.messages) assert.deepEqual(found.get(id), message, `lost: a message of ${what}`);
  if (!isExact) return;
  assert.equal(found.size, kept.messages.size, `something more than what is shown is stored of ${what}`);
  assert.deepEqual([stored.title, stored.isPinned], [kept.title, kept.isPinned], `lost: a change of ${what}`);
}

async function checkModel(): Promise<void> {
  const { models } = await storageReport(undefined);
  assert(models.find(({ id }) => id === MODEL_URL)?.complete, 'lost: a model that was downloaded');
  const opened = await openModel({ kind: 'url', url: MODEL_URL }, { environment: MODEL_ENVIRONMENT });
  const [part] = opened.parts;
  assert.deepEqual(part && (await part.read(0, part.size)), MODEL_BYTES, 'a model that was downloaded is another');
  opened.close();
}

function openTab(databaseName: string): Stores {
  const engine = createFakeEngine();
  const stores = createStores(engine, BUNDLED, { databaseName, locks: null, writerTimes: TIMES });
  void stores.tab.getState().start(); // loads the model
  return stores;
}

function closeTab(stores: Stores): void {
  stores.chat.close();
  stores.tab.close();
}

/** Turns of the event loop, not time: a fault that needs longer than this is a hang. */
async function until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let waits = 0; !(await isSo()); waits++) {
    assert(waits < MOST_WAITS, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** A server that has one file. */
async function serve(_url: string, init: RequestInit): Promise<Response> {
  const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(new Headers(init.headers).get('range') ?? '') ?? [];
  const [start, end] = [Number(from), to === '' ? MODEL_BYTES.length : Math.min(Number(to) + 1, MODEL_BYTES.length)];
  return new Response(MODEL_BYTES.slice(start, end), {
    status: 206,
    headers: { 'content-range': `bytes ${start}-${end - 1}/${MODEL_BYTES.length}`, etag: '"one"' },
  });
}

const MODEL_ENVIRONMENT = { fetch: serve, chunkBytes: 500, sleep: async () => {} };
