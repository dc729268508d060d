import type { ChatMessage } from '../api.ts';
import { EngineError } from '../errors.ts';
import { type Data, toValue } from '../jinja/data.ts';
import { type Rendered, Template, TemplateError, TemplateLimitError } from '../jinja/template.ts';
import type { Value } from '../jinja/values.ts';
import { adaptedTo, learnTraits, type TemplateTraits } from './template-traits.ts';
import { templateMessages } from './template-messages.ts';

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
  readonly variables?: Readonly<Record<string, Data>>;
}

/** The largest templates, with tools in every form, have 20 kB. */
const MAX_TEMPLATE_LENGTH = 256 * 1024;
/** In UTF-16 units: a million tokens. */
const MAX_OUTPUT_LENGTH = 4 * 1024 * 1024;

/** What one can do about a template that cannot be used. */
export const WHAT_HELPS = 'Choose another file of this model, or another model.';

interface Known {
  readonly source: string;
  readonly parsed: Template;
  readonly traits: TemplateTraits;
}

/** The template of one model is asked for at every turn. */
let last: Known | undefined;

/**
 * Runs a template here and now. It may take seconds: the engine does this through a `TemplateRunner`.
 *
 * What a template does not know it is not asked to write: where it has no system role, the system prompt stands before the first
 * question; where roles must alternate, messages of one role in a row are joined.
 *
 * @returns the text, and what of it is no text of the template's own
 * @throws EngineError `corrupt-file` where the template is no Jinja; `bad-request` with its own words where it refuses the
 *   messages or cannot be run on them; `template-limit` where it is or makes too much.
 */
export function renderChat(job: RenderJob): Rendered {
  const { parsed, traits } = parse(job.template);
  let rendered: Rendered;
  try {
    const write = (messages: readonly ChatMessage[]): Rendered => parsed.render(variablesOf(job, messages, traits));
    learnTraits(traits, job.template, job.messages, write);
    rendered = write(adaptedTo(traits, job.messages));
  } catch (error) {
    throw (
      limitOf(error) ??
      new EngineError('bad-request', `The model's chat template refuses this conversation: ${messageOf(error)}`)
    );
  }
  if (rendered.text.length > MAX_OUTPUT_LENGTH) {
    throw new EngineError(
      'template-limit',
      `This model's chat template writes more than 4 MB for this conversation. Start a new chat, or choose another model.`,
      `${rendered.text.length} characters`,
    );
  }
  return rendered;
}

function variablesOf(
  { bosToken, eosToken, addGenerationPrompt, variables = {} }: RenderJob,
  messages: readonly ChatMessage[],
  { knowsNoTools = true, ...forms }: TemplateTraits,
): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    // Templates ask "is not none" of these, and an undefined variable is not none.
    ...(knowsNoTools ? ([['tools', null]] as const) : []),
    ['documents', null],
    ...Object.entries(variables).map(([name, value]) => [name, toValue(value, settingText)] as const),
    ['messages', templateMessages(messages, forms)],
    ['bos_token', bosToken],
    ['eos_token', eosToken],
    ['add_generation_prompt', addGenerationPrompt],
  ]);
}

/** A setting that is one word may become part of a control token; what else it may hold is text that someone wrote. */
function settingText(text: string): Value {
  return /^[\w.-]{1,64}$/.test(text) ? text : toValue(text);
}

function parse(source: string): Known {
  if (last?.source === source) return last;
  if (source.length > MAX_TEMPLATE_LENGTH) {
    throw new EngineError(
      'template-limit',
      `This model's chat template is larger than 256 kB, which no working one is. ${WHAT_HELPS}`,
      `${source.length} characters`,
    );
  }
  try {
    last = { source, parsed: new Template(source), traits: {} };
    return last;
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
  if (!(error instanceof Error) || error instanceof TemplateError) return undefined;
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
