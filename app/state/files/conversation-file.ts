/**
 * The file that conversations are exported to and imported from: whole trees, without the routing of their answers (which
 * would make a file a hundred times as long, and says nothing without its model). Loaded when it is needed.
 */
import * as v from 'valibot';
import type { EngineErrorCode } from '../../../engine/api.ts';
import { type ConversationHead, isAnswering, type Message } from '../conversation.ts';
import { treeOf, subtreeOf } from '../message-tree.ts';
import { ConversationFileError } from './file-error.ts';

const FORMAT = 'mixtab-conversations';
const VERSION = 1;

/** Limits far above what anyone writes, so that a bad file cannot fill the memory or the store. */
const MAX_CONVERSATIONS = 20_000;
const MAX_MESSAGES = 50_000; // of one conversation
const MAX_TEXT = 20_000_000; // characters of a message or a file in it
const MAX_NAME = 1000;
const MAX_ATTACHMENTS = 100;

export interface FiledConversation {
  readonly head: ConversationHead;
  readonly messages: readonly Message[];
}

// Ids become part of keys in the store: nothing else may stand in them.
const Id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
const Time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8.64e15)); // the last day that a Date can name
const Count = v.pipe(v.number(), v.finite(), v.minValue(0));
const Text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
const Name = v.pipe(v.string(), v.maxLength(MAX_NAME));

const Timings = v.object({
  promptTokens: Count,
  reusedTokens: Count,
  prefillMs: Count,
  firstTokenMs: v.exactOptional(Count),
  outputTokens: Count,
  decodeMs: Count,
});

/** A record, so that the compiler misses none. */
const ERROR_CODES = {
  'no-webgpu': true,
  'device-lost': true,
  'out-of-memory': true,
  'not-gguf': true,
  'corrupt-file': true,
  'unsupported-architecture': true,
  'unsupported-tensor-type': true,
  'unsupported-tokenizer': true,
  network: true,
  'source-changed': true,
  quota: true,
  'wrong-content': true,
  aborted: true,
  'not-loaded': true,
  busy: true,
  'context-full': true,
  'bad-request': true,
  'engine-ended': true,
  'template-limit': true,
  internal: true,
} satisfies Record<EngineErrorCode, true>;

const Status = v.variant('kind', [
  v.object({
    kind: v.literal('done'),
    finishReason: v.picklist(['stop', 'stop-string', 'length', 'context', 'aborted']),
    timings: Timings,
  }),
  v.object({
    kind: v.literal('failed'),
    error: v.object({
      code: v.picklist(Object.keys(ERROR_CODES) as EngineErrorCode[]),
      message: Text,
      detail: v.exactOptional(Text),
    }),
  }),
  v.object({ kind: v.literal('interrupted') }),
  v.object({ kind: v.literal('edited') }),
]);

const base = { id: Id, parentId: v.nullable(Id), createdAt: Time, content: Text };

const MessageSchema = v.variant('role', [
  v.object({
    ...base,
    role: v.literal('user'),
    attachments: v.pipe(
      v.array(v.object({ id: Id, name: Name, bytes: Count, text: Text })),
      v.maxLength(MAX_ATTACHMENTS),
    ),
  }),
  v.object({
    ...base,
    role: v.literal('assistant'),
    status: Status,
    model: Name,
    reasoningMs: v.nullable(Count),
  }),
]);

const between = (least: number, most: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.minValue(least), v.maxValue(most));

/** The same bounds as the controls of the settings. */
const Settings = v.object({
  temperature: v.exactOptional(between(0, 2)),
  topK: v.exactOptional(between(0, 1000)),
  topP: v.exactOptional(between(0, 1)),
  minP: v.exactOptional(between(0, 1)),
  repetitionPenalty: v.exactOptional(between(1, 2)),
  seed: v.exactOptional(v.nullable(between(0, 2 ** 32 - 1))),
  maxTokens: v.exactOptional(between(1, 1_000_000)),
  systemPrompt: v.exactOptional(Text),
});

const Model = v.object({
  name: Name,
  source: v.variant('kind', [
    v.object({ kind: v.literal('bundled') }),
    v.object({ kind: v.literal('url'), url: v.pipe(Text, v.regex(/^https?:\/\//)) }),
    v.object({ kind: v.literal('stored'), id: Text }),
  ]),
});

const Conversation = v.object({
  id: Id,
  title: Name,
  createdAt: Time,
  updatedAt: Time,
  isPinned: v.boolean(),
  leafId: v.nullable(Id),
  settings: v.nullable(Settings),
  model: v.nullable(Model),
  messages: v.pipe(v.array(MessageSchema), v.maxLength(MAX_MESSAGES)),
});

const File = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  conversations: v.pipe(v.array(Conversation), v.maxLength(MAX_CONVERSATIONS)),
});

const Header = v.object({ format: v.literal(FORMAT), version: v.number() });

/** One part a conversation, so that no single string has to hold them all. */
export function writeConversations(conversations: readonly FiledConversation[], exportedAt: Date): Blob {
  const header = { format: FORMAT, version: VERSION, exportedAt: exportedAt.toISOString() };
  const opening = `${JSON.stringify(header, null, 2).slice(0, -2)},\n  "conversations": [\n`;
  const parts = conversations.map((one, index) => (index === 0 ? '' : ',\n') + JSON.stringify(asFiled(one), null, 2));
  return new Blob([opening, ...parts, '\n]}\n'], { type: 'application/json' });
}

function asFiled({ head, messages }: FiledConversation): v.InferInput<typeof Conversation> {
  const { byId } = treeOf(messages);
  return { ...head, messages: messages.map((message) => asFiledMessage(message, byId)) };
}

function asFiledMessage(message: Message, byId: ReadonlyMap<string, Message>): v.InferInput<typeof MessageSchema> {
  const parentId = message.parentId !== null && byId.has(message.parentId) ? message.parentId : null;
  if (message.role === 'user') return { ...message, parentId, attachments: [...message.attachments] };
  const { routing: _, status, ...rest } = message;
  return { ...rest, parentId, status: isAnswering(status) ? { kind: 'interrupted' } : status };
}

/** @throws ConversationFileError where the text is none of ours, damaged, or of a newer version. */
export function readConversations(text: string): FiledConversation[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConversationFileError('notOurs');
  }
  const header = v.safeParse(Header, json);
  if (!header.success) throw new ConversationFileError('notOurs');
  if (header.output.version > VERSION) throw new ConversationFileError('newer');
  const file = v.safeParse(File, json, { abortEarly: true });
  if (!file.success) throw new ConversationFileError('damaged', placeOf(file.issues[0]));
  const conversations = file.output.conversations.map(({ messages, ...head }) => ({
    head,
    messages: messages.map((message): Message => (message.role === 'user' ? message : { ...message, routing: null })),
  }));
  const ids = new Set(conversations.map(({ head }) => head.id));
  if (ids.size < conversations.length) throw new ConversationFileError('damaged', 'conversations');
  for (const one of conversations) checkTree(one);
  return conversations;
}

/** Every message once, each below one that is there, and none below itself. */
function checkTree({ head, messages }: FiledConversation): void {
  const tree = treeOf(messages);
  const isWhole =
    tree.byId.size === messages.length &&
    messages.every(({ parentId }) => parentId === null || tree.byId.has(parentId)) &&
    subtreeOf(tree, null).length === messages.length &&
    (head.leafId === null || tree.byId.has(head.leafId));
  if (!isWhole) throw new ConversationFileError('damaged', head.title);
}

/** Such as `conversations.2.messages.0.content`. */
function placeOf(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? []).map(({ key }) => String(key)).join('.');
}
