import { Template } from '@huggingface/jinja';
import type { ChatMessage } from '../api.ts';
import { EngineError } from '../errors.ts';
import type { Metadata } from '../formats/metadata.ts';
import type { Tokenizer } from './tokenizer.ts';

/** How a conversation becomes one text. */
export interface ChatFormat {
  readonly kind: 'template' | 'chatml' | 'transcript';
  /** Jinja. */
  readonly template: string;
  /** Strings that end an answer besides the end-of-turn tokens. */
  readonly stop: readonly string[];
  /**
   * True where the template opens an answer with `Assistant:` and later writes it as `Assistant: …`: the model begins its
   * answer with that space, which then must not be there twice.
   */
  readonly writesSpaceBeforeAnswer: boolean;
}

/** The roles that `api.ts` knows, each turn closed by a token that instruction-tuned models were trained to write. */
const CHATML = `{%- for message in messages -%}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}`;

/** For models that were never taught a chat format: a transcript that they continue. */
const TRANSCRIPT = `{%- for message in messages -%}
{%- if message.role == 'system' -%}{{- message.content + '\\n\\n' -}}
{%- elif message.role == 'user' -%}{{- 'User: ' + message.content + '\\n\\n' -}}
{%- else -%}{{- 'Assistant: ' + message.content + '\\n\\n' -}}{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- 'Assistant:' -}}{%- endif -%}`;

/** The file's own template; without one ChatML if the vocabulary has its tokens, else a plain transcript. */
export function chatFormat(metadata: Metadata, tokenizer: Tokenizer): ChatFormat {
  const template = metadata.optionalString('tokenizer.chat_template');
  if (template !== undefined && template !== '') return formatOf('template', template, []);
  const hasChatMl = tokenizer.idOf('<|im_start|>') !== undefined && tokenizer.idOf('<|im_end|>') !== undefined;
  return hasChatMl ? formatOf('chatml', CHATML, []) : formatOf('transcript', TRANSCRIPT, ['\nUser:']);
}

function formatOf(kind: ChatFormat['kind'], template: string, stop: readonly string[]): ChatFormat {
  return { kind, template, stop, writesSpaceBeforeAnswer: writesSpaceBeforeAnswer(template) };
}

function writesSpaceBeforeAnswer(template: string): boolean {
  const question: ChatMessage = { role: 'user', content: 'Q' };
  const options = { bosToken: '', eosToken: '' };
  try {
    const asked = renderChat(template, [question], { ...options, addGenerationPrompt: true });
    const answered = renderChat(template, [question, { role: 'assistant', content: 'A' }], {
      ...options,
      addGenerationPrompt: false,
    });
    return answered.startsWith(`${asked} A`);
  } catch {
    // A template that cannot be run says so when it is used: the model may still be wanted for plain text.
    return false;
  }
}

export interface RenderOptions {
  readonly bosToken: string;
  readonly eosToken: string;
  /** Whether to open the turn that the model is to write. */
  readonly addGenerationPrompt: boolean;
}

/**
 * @throws EngineError `corrupt-file` where the template is no Jinja; `bad-request` with its own words where it refuses the
 *   messages (some want the roles to alternate, or know no system message) or cannot be run on them.
 */
export function renderChat(template: string, messages: readonly ChatMessage[], options: RenderOptions): string {
  let parsed: Template;
  try {
    parsed = new Template(template);
  } catch (error) {
    throw new EngineError('corrupt-file', "This model's chat template could not be read.", messageOf(error));
  }
  try {
    return parsed.render({
      messages: messages.map(({ role, content }) => ({ role, content })),
      bos_token: options.bosToken,
      eos_token: options.eosToken,
      add_generation_prompt: options.addGenerationPrompt,
      // Templates ask "is not none" of these, and an undefined variable is not none.
      tools: null,
      documents: null,
    });
  } catch (error) {
    throw new EngineError('bad-request', `The model's chat template refuses this conversation: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
