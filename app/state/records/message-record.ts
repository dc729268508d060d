/** A message, as it lies in the store and in files. Its words count: with those it is read, whatever else is wrong. */
import * as v from 'valibot';
import type { EngineErrorCode, GenerateTimings, ToolCall } from '../../../engine/api.ts';
import type { AnswerStatus, AnswerSteering, Attachment, Message } from '../conversation.ts';
import { Count, Host, Id, MAX_ANSWER_TOKENS, MAX_ATTACHMENTS, MAX_CALLS, Name, Text, Time } from './bounds.ts';
import { Fields, type Report } from './lenient.ts';
import { splitTextMarks } from './text-marks.ts';

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

const Timings: v.GenericSchema<unknown, GenerateTimings> = v.object({
  promptTokens: Count,
  reusedTokens: Count,
  prefillMs: Count,
  firstTokenMs: v.exactOptional(Count),
  outputTokens: Count,
  decodeMs: Count,
});

const Status: v.GenericSchema<unknown, AnswerStatus> = v.variant('kind', [
  v.object({ kind: v.literal('waiting') }),
  v.object({ kind: v.literal('reading'), done: Count, total: Count }),
  v.object({ kind: v.literal('streaming'), tokens: Count, since: v.pipe(v.number(), v.finite()) }),
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

const AttachmentSchema: v.GenericSchema<unknown, Attachment> = v.object({
  id: Id,
  name: Name,
  bytes: Count,
  text: Text,
});

const Call: v.GenericSchema<unknown, ToolCall> = v.object({
  id: v.exactOptional(Name),
  name: Name,
  arguments: Text,
});

/** Of the largest models all experts of some layers. */
const MAX_PLACES = 4096;
const Index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535));
const Places = v.pipe(v.array(v.object({ layer: Index, expert: Index })), v.maxLength(MAX_PLACES));
const Seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1));

const Steering: v.GenericSchema<unknown, AnswerSteering> = v.object({
  routing: v.object({
    mute: v.exactOptional(Places),
    only: v.exactOptional(
      v.pipe(
        v.array(v.object({ layer: Index, experts: v.pipe(v.array(Index), v.maxLength(MAX_PLACES)) })),
        v.maxLength(MAX_PLACES),
      ),
    ),
    boost: v.exactOptional(
      v.pipe(
        v.array(
          v.object({ layer: Index, expert: Index, amount: v.pipe(v.number(), v.minValue(-1e6), v.maxValue(1e6)) }),
        ),
        v.maxLength(MAX_PLACES),
      ),
    ),
    expertsUsed: v.exactOptional(Index),
  }),
  insteadOf: Id,
});

const TokenIds = v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0))), v.maxLength(MAX_ANSWER_TOKENS));

/** Without its routing, which is a record of its own. @returns null where it has no words, or nobody said them. */
export function parseMessage(id: string, value: unknown, report: Report): Message | null {
  const fields = Fields.of(value, report);
  if (fields.raw('id') !== id) fields.wrong('id');
  const role = fields.read('role', v.picklist(['user', 'assistant']), null);
  const content = fields.read('content', Text, null);
  if (role === null || content === null) {
    fields.wrong(role === null ? 'role' : 'content');
    return null;
  }
  const base = {
    id,
    parentId: fields.read('parentId', v.nullable(Id), null),
    createdAt: fields.read('createdAt', Time, 0),
    content,
  };
  if (role === 'user') {
    return { ...base, role, attachments: fields.list('attachments', MAX_ATTACHMENTS, parseAttachment) };
  }
  // Records from before answers had parts have it all in one text.
  const isOlder = fields.raw('reasoning') === undefined;
  const parts = isOlder
    ? splitTextMarks(content)
    : { content, reasoning: fields.read('reasoning', v.nullable(Text), null) };
  return {
    ...base,
    ...parts,
    role,
    toolCalls: fields.list('toolCalls', MAX_CALLS, parseCall),
    tokens: fields.read('tokens', v.nullable(TokenIds), null),
    status: fields.read<AnswerStatus, AnswerStatus>('status', Status, { kind: 'interrupted' }),
    model: fields.read('model', Name, ''),
    ...hostOf(fields),
    reasoningMs: fields.read('reasoningMs', v.nullable(Count), null),
    routing: null,
    ...besideOf(fields),
    ...steeringOf(fields),
  };
}

function steeringOf(fields: Fields): { readonly seed?: number; readonly steering?: AnswerSteering } {
  const seed = fields.read('seed', v.nullish(Seed), null) ?? null;
  const steering = fields.read('steering', v.nullish(Steering), null) ?? null;
  return { ...(seed !== null && { seed }), ...(steering !== null && { steering }) };
}

function besideOf(fields: Fields): { readonly beside?: string } {
  const beside = fields.read('beside', v.nullish(Id), null) ?? null;
  return beside === null ? {} : { beside };
}

function hostOf(fields: Fields): { readonly host?: string } {
  const host = fields.read('host', Host, null);
  return host === null ? {} : { host };
}

function parseCall(value: unknown, report: Report, place: string): ToolCall | null {
  const parsed = v.safeParse(Call, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  report(place);
  return null;
}

function parseAttachment(value: unknown, report: Report, place: string): Attachment | null {
  const parsed = v.safeParse(AttachmentSchema, value, { abortEarly: true });
  if (parsed.success) return parsed.output;
  report(place);
  return null;
}
