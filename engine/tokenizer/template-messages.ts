import type { ChatMessage, ToolCall } from '../api.ts';
import { type Data, toValue } from '../jinja/data.ts';
import { dataText } from '../jinja/marked-text.ts';
import { Dict, List, type Value } from '../jinja/values.ts';

/** What a call's arguments are to a template: an object, or the JSON that says it. */
export type CallArguments = 'values' | 'text';

/** What a message's content is to a template: a text, or a list of parts of which one is a text. */
export type ContentForm = 'text' | 'parts';

/** How a template takes what has more than one form. */
export interface MessageForms {
  readonly callArguments?: CallArguments;
  readonly content?: ContentForm;
}

/** Templates write them into control tokens: `'<|' + message.role + '|>'`. */
const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant', 'tool']);

/**
 * Messages by the names that templates know their parts by. All texts but the roles are data: whatever someone wrote, a tool
 * returned or an import brought.
 */
export function templateMessages(messages: readonly ChatMessage[], forms: MessageForms): List {
  return new List(messages.map((message) => templateMessage(message, forms)));
}

function templateMessage(message: ChatMessage, { callArguments = 'values', content = 'text' }: MessageForms): Dict {
  const entries: [string, Value][] = [
    ['role', ROLES.has(message.role) ? message.role : dataText(message.role)],
    ['content', content === 'text' ? dataText(message.content) : new List([textPart(message.content)])],
  ];
  switch (message.role) {
    case 'system':
    case 'user':
      break;
    case 'tool':
      entries.push(['tool_call_id', dataText(message.callId)]);
      if (message.name !== undefined) entries.push(['name', dataText(message.name)]);
      break;
    case 'assistant': {
      const { reasoning = '', toolCalls = [] } = message;
      // The one name is Qwen's, DeepSeek's and most others'; gpt-oss and LFM2.5 ask for the other.
      if (reasoning !== '') {
        entries.push(['reasoning_content', dataText(reasoning)], ['thinking', dataText(reasoning)]);
      }
      const calls = toolCalls.filter(({ name }) => name !== '');
      if (calls.length > 0)
        entries.push(['tool_calls', new List(calls.map((call) => templateCall(call, callArguments)))]);
      break;
    }
    default:
      message satisfies never;
  }
  return Dict.of(entries);
}

function textPart(text: string): Dict {
  return Dict.of([
    ['type', 'text'],
    ['text', dataText(text)],
  ]);
}

function templateCall({ id = '', name, arguments: text }: ToolCall, callArguments: CallArguments): Dict {
  const values = callArguments === 'values' ? parsed(text) : undefined;
  const called = Dict.of([
    ['name', dataText(name)],
    ['arguments', values === undefined ? dataText(text) : toValue(values)],
  ]);
  return Dict.of([
    ['id', dataText(id)],
    ['type', 'function'],
    ['function', called],
  ]);
}

/** Undefined where it is no JSON object. */
function parsed(text: string): Data {
  try {
    const value = JSON.parse(text) as Data;
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
