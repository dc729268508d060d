import type { ChatMessage } from '../api.ts';
import { EngineError } from '../errors.ts';
import { Template, TemplateLimitError } from './limited-jinja.ts';
import type { TemplateVariables } from './thinking.ts';

/** A chat template, and what it is to write. Plain data: it crosses to the thread that runs it. */
export interface RenderJob {
  /** Jinja. */
  readonly template: string;
  readonly messages: readonly ChatMessage[];
  readonly bosToken: string;
  readonly eosToken: string;
  /** Whether to open the turn that the model is to write. */
  readonly addGenerationPrompt: boolean;
  /** The template's own, such as `enable_thinking`. */
  readonly variables?: TemplateVariables;
}

/** The largest templates, with tools in every form, have 20 kB. */
const MAX_TEMPLATE_LENGTH = 256 * 1024;
/** In UTF-16 units: a million tokens. */
const MAX_OUTPUT_LENGTH = 4 * 1024 * 1024;

/** What one can do about a template that cannot be used. */
export const WHAT_HELPS = 'Choose another file of this model, or another model.';

/** The template of one model is asked for at every turn. */
let last: { readonly source: string; readonly parsed: Template } | undefined;

/**
 * Runs a template here and now. It may loop for ever: the engine does this through a `TemplateRunner`.
 *
 * @throws EngineError `corrupt-file` where the template is no Jinja; `bad-request` with its own words where it refuses the
 *   messages (some want the roles to alternate, or know no system message) or cannot be run on them; `template-limit` where it
 *   is or makes too much.
 */
export function renderChat(job: RenderJob): string {
  const { template, messages, bosToken, eosToken, addGenerationPrompt, variables = {} } = job;
  const parsed = parse(template);
  let text: string;
  try {
    text = parsed.render({
      ...variables,
      messages: messages.map(templateMessage),
      bos_token: bosToken,
      eos_token: eosToken,
      add_generation_prompt: addGenerationPrompt,
      // Templates ask "is not none" of these, and an undefined variable is not none.
      tools: null,
      documents: null,
    });
  } catch (error) {
    throw (
      limitOf(error) ??
      new EngineError('bad-request', `The model's chat template refuses this conversation: ${messageOf(error)}`)
    );
  }
  if (text.length > MAX_OUTPUT_LENGTH) {
    throw new EngineError(
      'template-limit',
      `This model's chat template writes more than 4 MB for this conversation. Start a new chat, or choose another model.`,
      `${text.length} characters`,
    );
  }
  return text;
}

/** A message by the names that templates know its parts by. */
function templateMessage(message: ChatMessage): object {
  const { role, content } = message;
  switch (message.role) {
    case 'system':
    case 'user':
      return { role, content };
    case 'tool':
      return { role, content, tool_call_id: message.callId, ...(message.name !== undefined && { name: message.name }) };
    case 'assistant': {
      const { reasoning = '', toolCalls = [] } = message;
      const calls = toolCalls.filter(({ name }) => name !== '');
      return {
        role,
        content,
        ...(reasoning !== '' && { reasoning_content: reasoning, thinking: reasoning }),
        ...(calls.length > 0 && {
          tool_calls: calls.map(({ id = '', name, arguments: text }) => ({
            id,
            type: 'function',
            function: { name, arguments: text },
          })),
        }),
      };
    }
    default:
      return message satisfies never;
  }
}

function parse(source: string): Template {
  if (last?.source === source) return last.parsed;
  if (source.length > MAX_TEMPLATE_LENGTH) {
    throw new EngineError(
      'template-limit',
      `This model's chat template is larger than 256 kB, which no working one is. ${WHAT_HELPS}`,
      `${source.length} characters`,
    );
  }
  try {
    last = { source, parsed: new Template(source) };
    return last.parsed;
  } catch (error) {
    throw (
      limitOf(error) ??
      new EngineError('corrupt-file', "This model's chat template could not be read.", messageOf(error))
    );
  }
}

/** The error of a template that goes beyond our limits or those of the JavaScript engine; undefined for all others. */
function limitOf(error: unknown): EngineError | undefined {
  if (error instanceof TemplateLimitError) return limitError(error.message);
  if (!(error instanceof Error)) return undefined;
  // Firefox has an InternalError of its own.
  if (/call stack|recursion/i.test(error.message)) return limitError('is nested too deeply', error.message);
  if (error instanceof RangeError) return limitError('makes a text that is too long', error.message);
  return undefined;
}

function limitError(what: string, detail?: string): EngineError {
  return new EngineError('template-limit', `This model's chat template ${what}. ${WHAT_HELPS}`, detail);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
