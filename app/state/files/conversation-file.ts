/**
 * The file that conversations are exported to and imported from: whole trees, with the routing of their answers as far as there is room. A
 * recording of one answer, as it is shared, is read as a conversation of its own. Loaded when it is needed.
 */
import * as v from 'valibot';
import { parseReplay, parseRoutingOfFile, REPLAY_FORMAT, ReplayError, routingForFile } from '../../../embed/replay.ts';
import { type ConversationHead, isAnswering, type Message, type ModelChoice } from '../conversation.ts';
import type { RoutingRecord } from '../../routing/routing-record.ts';
import { treeOf } from '../message-tree.ts';
import { Id } from '../records/bounds.ts';
import { parseHead } from '../records/head-record.ts';
import { Fields, isRecord, type Report } from '../records/lenient.ts';
import { titleOf } from '../titles.ts';
import { parseMessage } from '../records/message-record.ts';
import { ConversationFileError } from './file-error.ts';

const FORMAT = 'mixtab-conversations';
const VERSION = 1;

/** Limits far above what anyone writes, so that a bad file cannot fill the memory or the store. */
const MAX_CONVERSATIONS = 20_000;
const MAX_MESSAGES = 200_000; // of one conversation

/**
 * Characters that the routing of all answers may take in one file: traces of large models take a megabyte an answer, and a file that is
 * too long could not be imported again.
 */
const MOST_ROUTING = 120_000_000;

export interface FiledConversation {
  readonly head: ConversationHead;
  readonly messages: readonly Message[];
}

export interface ConversationFile {
  readonly conversations: readonly FiledConversation[];
  /** Places that did not parse, such as `conversations.2.messages.0.content`: what stands there was left out or mended. */
  readonly faults: readonly string[];
}

const Header = v.object({ format: v.literal(FORMAT), version: v.pipe(v.number(), v.integer()) });

const Recording = v.object({ format: v.literal(REPLAY_FORMAT) });

/** A file in the making: one part a conversation, so that no single string has to hold them all, nor the memory all their routing. */
export class ConversationWriter {
  #parts: Blob[];
  #count = 0;
  #room = MOST_ROUTING;
  /** Answers whose routing found no more room. */
  #withoutRouting = 0;

  constructor(exportedAt: Date) {
    const header = { format: FORMAT, version: VERSION, exportedAt: exportedAt.toISOString() };
    this.#parts = [new Blob([`${JSON.stringify(header, null, 2).slice(0, -2)},\n  "conversations": [\n`])];
  }

  add({ head, messages }: FiledConversation): void {
    const { byId } = treeOf(messages);
    const filed = { ...head, messages: messages.map((message) => this.#asFiled(message, byId)) };
    this.#parts.push(new Blob([this.#count++ === 0 ? '' : ',\n', JSON.stringify(filed, null, 2)]));
  }

  end(): { readonly file: Blob; readonly withoutRouting: number } {
    const file = new Blob([...this.#parts, '\n]}\n'], { type: 'application/json' });
    return { file, withoutRouting: this.#withoutRouting };
  }

  #asFiled(message: Message, byId: ReadonlyMap<string, Message>): object {
    const parentId = message.parentId !== null && byId.has(message.parentId) ? message.parentId : null;
    if (message.role === 'user') return { ...message, parentId };
    const { routing, tokens: _tokens, status, ...rest } = message;
    const filed = { ...rest, parentId, status: isAnswering(status) ? { kind: 'interrupted' } : status };
    const written = routing === null ? null : this.#routing(routing);
    return written === null ? filed : { ...filed, routing: written };
  }

  #routing(record: RoutingRecord): object | null {
    const room = this.#room - record.chosen.length * BASE64_PER_CHOICE;
    if (room < 0) this.#withoutRouting++;
    else this.#room = room;
    return room < 0 ? null : routingForFile(record);
  }
}

/** All of them at once. */
export function writeConversations(conversations: readonly FiledConversation[], exportedAt: Date): Blob {
  const writer = new ConversationWriter(exportedAt);
  for (const one of conversations) writer.add(one);
  return writer.end().file;
}

/** Of an expert and its weight. */
const BASE64_PER_CHOICE = 16 / 3;

/**
 * Reads what can be read: a fault in one conversation costs nothing of the others, and one in a message nothing of its
 * neighbours. Ids that are none, or are there twice, are replaced.
 *
 * @throws ConversationFileError where the text is none of ours, of a newer version, or nothing of it can be read.
 */
export function readConversations(text: string): ConversationFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConversationFileError('notOurs');
  }
  if (v.is(Recording, json)) return recordedConversation(text);
  const header = v.safeParse(Header, json);
  if (!header.success) throw new ConversationFileError('notOurs');
  if (header.output.version > VERSION) throw new ConversationFileError('newer');
  const faults = new Set<string>();
  const report = (place: string): void => void faults.add(place);
  const ids = new Set<string>();
  const conversations = Fields.of(json, report).list('conversations', MAX_CONVERSATIONS, (value, _, place) =>
    readConversation(value, ids, (within) => report(within === '' ? place : `${place}.${within}`)),
  );
  const [first] = faults;
  if (conversations.length === 0 && first !== undefined) throw new ConversationFileError('damaged', first);
  return { conversations, faults: [...faults] };
}

/** An answer that somebody shared as a file: a conversation of one question. */
function recordedConversation(text: string): ConversationFile {
  try {
    const { model, question, answer, reasoning, routing, promptTokens, outputTokens, tokenMs } = parseReplay(text);
    const [id, questionId, answerId] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
    const now = Date.now();
    const decodeMs = Math.round(outputTokens * tokenMs);
    const timings = { promptTokens, reusedTokens: 0, prefillMs: 0, outputTokens, decodeMs };
    const asked: Message = {
      ...{ id: questionId, parentId: null, createdAt: now, role: 'user', content: question, attachments: [] },
    };
    const answered: Message = {
      ...{ id: answerId, parentId: questionId, createdAt: now, role: 'assistant', content: answer, model },
      ...{ reasoning: reasoning === '' ? null : reasoning, reasoningMs: null, toolCalls: [], tokens: null, routing },
      status: { kind: 'done', finishReason: 'stop', timings },
    };
    const head = {
      ...{ id, title: titleOf(question), createdAt: now, updatedAt: now, isPinned: false },
      ...{ leafId: answerId, settings: null, model: null },
    };
    return { conversations: [{ head, messages: [asked, answered] }], faults: [] };
  } catch (error) {
    if (error instanceof ReplayError) throw new ConversationFileError('damaged', error.message);
    throw error;
  }
}

function readConversation(value: unknown, taken: Set<string>, report: Report): FiledConversation | null {
  if (!isRecord(value)) {
    report('');
    return null;
  }
  const fields = Fields.of(value, report);
  const id = ownId(fields.read('id', Id, null) ?? crypto.randomUUID(), taken, () => report('id'));
  const { messages, idOf } = readMessages(fields, report);
  const head = parseHead(id, { ...value, id }, report);
  const leafId = head.leafId === null ? null : (idOf.get(head.leafId) ?? null);
  if (head.leafId !== null && leafId === null) report('leafId');
  return { head: { ...head, leafId, model: head.model === null ? null : asForeign(head.model) }, messages };
}

/** Whoever wrote the file must not decide where a conversation is sent: the person is asked first. */
function asForeign({ name, source }: ModelChoice): ModelChoice {
  return { name, source: source.kind === 'server' ? { ...source, isForeign: true } : source };
}

function readMessages(
  fields: Fields,
  report: Report,
): { readonly messages: readonly Message[]; readonly idOf: ReadonlyMap<unknown, string> } {
  const taken = new Set<string>();
  /** What messages are called in the file, and here. */
  const idOf = new Map<unknown, string>();
  let index = 0;
  const read = fields.list('messages', MAX_MESSAGES, (value, _, place) => {
    const at = index++;
    const wrong = (within: string): void => report(within === '' ? place : `${place}.${within}`);
    const raw = isRecord(value) ? Fields.of(value, wrong).raw('id') : undefined;
    const id = v.is(Id, raw) ? raw : `message-${at}`;
    const own = taken.has(id) ? `message-${at}` : id;
    if (own !== raw) wrong('id');
    const parent = isRecord(value) ? Fields.of(value, wrong).raw('parentId') : null;
    const message = parseMessage(own, isRecord(value) ? { ...value, id: own, parentId: null } : value, wrong);
    if (message === null) return null;
    taken.add(own);
    if (!idOf.has(raw)) idOf.set(raw, own);
    return { message, parent, wrong, raw: isRecord(value) ? Fields.of(value, wrong).raw('routing') : undefined };
  });
  const linked = read.map(({ message, parent, wrong, raw }): Message => {
    const parentId = parent === null || parent === undefined ? null : (idOf.get(parent) ?? null);
    if (parentId === null && typeof parent === 'string') wrong('parentId');
    const isAnsweringNow = message.role === 'assistant' && isAnswering(message.status);
    // Ids are of a model that was here: what comes from elsewhere is read as text.
    const own = message.role === 'assistant' ? { ...message, tokens: null, routing: routingOf(wrong, raw) } : message;
    return { ...own, parentId, ...(isAnsweringNow && { status: { kind: 'interrupted' as const } }) };
  });
  const { cut } = treeOf(linked);
  const messages = linked.map((message, at) => {
    if (!cut.has(message.id)) return message;
    read[at]?.wrong('parentId');
    return { ...message, parentId: null };
  });
  return { messages, idOf };
}

/** Null where there is none, or none that can be understood: the words stay. */
function routingOf(wrong: Report, raw: unknown): RoutingRecord | null {
  if (raw === undefined || raw === null) return null;
  const record = parseRoutingOfFile(raw);
  if (record === null) wrong('routing');
  return record;
}

/** Another one where it is taken: `<id>-2`, so that the same file makes the same ids. */
function ownId(id: string, taken: Set<string>, onTaken: () => void): string {
  let own = id;
  for (let turn = 2; taken.has(own); turn++) own = `${id.slice(0, 56)}-${turn}`;
  if (own !== id) onTaken();
  taken.add(own);
  return own;
}
