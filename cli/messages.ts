import { readFileSync } from 'node:fs';
import type { ChatMessage, ToolCall } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';

/**
 * A conversation from a file: a JSON list of messages as `engine/api.ts` has them.
 * @throws EngineError `bad-request` that names the place
 */
export function readMessages(path: string): ChatMessage[] {
  let json: unknown;
  try {
    // A byte order mark is dropped, and what is no UTF-8 refused.
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
  } catch (error) {
    throw bad(`${path} could not be read as JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(json) || json.length === 0)
    throw bad(`${path} must hold a list of messages, and not an empty one.`);
  return json.map((value: unknown, i) => parseMessage(value, `messages[${i}]`));
}

function parseMessage(value: unknown, place: string): ChatMessage {
  const fields = fieldsOf(value, place);
  const content = text(fields, 'content', place);
  switch (fields['role']) {
    case 'system':
    case 'user':
      known(fields, ['role', 'content'], place);
      return { role: fields['role'], content };
    case 'assistant': {
      known(fields, ['role', 'content', 'reasoning', 'toolCalls'], place);
      const calls = fields['toolCalls'];
      if (calls !== undefined && !Array.isArray(calls)) throw bad(`${place}.toolCalls must be a list.`);
      return {
        role: 'assistant',
        content,
        ...(fields['reasoning'] !== undefined && { reasoning: text(fields, 'reasoning', place) }),
        ...(calls && { toolCalls: calls.map((call, i) => parseCall(call, `${place}.toolCalls[${i}]`)) }),
      };
    }
    case 'tool': {
      known(fields, ['role', 'content', 'callId', 'name'], place);
      const callId = text(fields, 'callId', place);
      return {
        role: 'tool',
        content,
        callId,
        ...(fields['name'] !== undefined && { name: text(fields, 'name', place) }),
      };
    }
    default:
      throw bad(`${place}.role must be system, user, assistant or tool, not ${JSON.stringify(fields['role'])}.`);
  }
}

function parseCall(value: unknown, place: string): ToolCall {
  const fields = fieldsOf(value, place);
  known(fields, ['id', 'name', 'arguments'], place);
  const call = { name: text(fields, 'name', place), arguments: text(fields, 'arguments', place) };
  return fields['id'] === undefined ? call : { ...call, id: text(fields, 'id', place) };
}

function fieldsOf(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${place} must be an object.`);
  return value as Record<string, unknown>;
}

function text(fields: Record<string, unknown>, name: string, place: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw bad(`${place}.${name} must be a string.`);
  return value;
}

/** A misspelled field would be left out without a word. */
function known(fields: Record<string, unknown>, names: readonly string[], place: string): void {
  const unknown = Object.keys(fields).find((name) => !names.includes(name));
  if (unknown !== undefined) throw bad(`${place} has no field "${unknown}". It has: ${names.join(', ')}.`);
}

function bad(message: string): EngineError {
  return new EngineError('bad-request', message);
}
