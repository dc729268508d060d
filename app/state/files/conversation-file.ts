/**
 * The file that conversations are exported to and imported from: whole trees, without the routing of their answers (which
 * would make a file a hundred times as long, and says nothing without its model). Loaded when it is needed.
 */
import * as v from 'valibot';
import { type ConversationHead, isAnswering, type Message, type ModelChoice } from '../conversation.ts';
import { treeOf } from '../message-tree.ts';
import { Id } from '../records/bounds.ts';
import { parseHead } from '../records/head-record.ts';
import { Fields, isRecord, type Report } from '../records/lenient.ts';
import { parseMessage } from '../records/message-record.ts';
import { ConversationFileError } from './file-error.ts';

const FORMAT = 'mixtab-conversations';
const VERSION = 1;

/** Limits far above what anyone writes, so that a bad file cannot fill the memory or the store. */
const MAX_CONVERSATIONS = 20_000;
const MAX_MESSAGES = 200_000; // of one conversation

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

/** One part a conversation, so that no single string has to hold them all. */
export function writeConversations(conversations: readonly FiledConversation[], exportedAt: Date): Blob {
  const header = { format: FORMAT, version: VERSION, exportedAt: exportedAt.toISOString() };
  const opening = `${JSON.stringify(header, null, 2).slice(0, -2)},\n  "conversations": [\n`;
  const parts = conversations.map((one, index) => (index === 0 ? '' : ',\n') + JSON.stringify(asFiled(one), null, 2));
  return new Blob([opening, ...parts, '\n]}\n'], { type: 'application/json' });
}

function asFiled({ head, messages }: FiledConversation): object {
  const { byId } = treeOf(messages);
  return { ...head, messages: messages.map((message) => asFiledMessage(message, byId)) };
}

function asFiledMessage(message: Message, byId: ReadonlyMap<string, Message>): object {
  const parentId = message.parentId !== null && byId.has(message.parentId) ? message.parentId : null;
  if (message.role === 'user') return { ...message, parentId };
  const { routing: _routing, tokens: _tokens, status, ...rest } = message;
  return { ...rest, parentId, status: isAnswering(status) ? { kind: 'interrupted' } : status };
}

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
    return { message, parent, wrong };
  });
  const linked = read.map(({ message, parent, wrong }): Message => {
    const parentId = parent === null || parent === undefined ? null : (idOf.get(parent) ?? null);
    if (parentId === null && typeof parent === 'string') wrong('parentId');
    const isAnsweringNow = message.role === 'assistant' && isAnswering(message.status);
    // Ids are of a model that was here: what comes from elsewhere is read as text.
    const own = message.role === 'assistant' ? { ...message, tokens: null } : message;
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

/** Another one where it is taken: `<id>-2`, so that the same file makes the same ids. */
function ownId(id: string, taken: Set<string>, onTaken: () => void): string {
  let own = id;
  for (let turn = 2; taken.has(own); turn++) own = `${id.slice(0, 56)}-${turn}`;
  if (own !== id) onTaken();
  taken.add(own);
  return own;
}
