import type { ChatMessage } from '../api.ts';
import type { Metadata } from '../formats/metadata.ts';
import type { TemplateRunner } from './template-runner.ts';
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
  /** Runs the template. */
  readonly runner: TemplateRunner;
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

/**
 * The file's own template; without one ChatML if the vocabulary has its tokens, else a plain transcript.
 *
 * @throws only what the signal was aborted with
 */
export async function chatFormat(
  metadata: Metadata,
  tokenizer: Tokenizer,
  runner: TemplateRunner,
  signal?: AbortSignal,
): Promise<ChatFormat> {
  const { kind, template, stop } = ownFormat(metadata, tokenizer);
  return { kind, template, stop, runner, writesSpaceBeforeAnswer: await writesSpace(template, runner, signal) };
}

function ownFormat(metadata: Metadata, tokenizer: Tokenizer): Pick<ChatFormat, 'kind' | 'template' | 'stop'> {
  const template = metadata.optionalString('tokenizer.chat_template');
  if (template !== undefined && template !== '') return { kind: 'template', template, stop: [] };
  const hasChatMl = tokenizer.idOf('<|im_start|>') !== undefined && tokenizer.idOf('<|im_end|>') !== undefined;
  return hasChatMl
    ? { kind: 'chatml', template: CHATML, stop: [] }
    : { kind: 'transcript', template: TRANSCRIPT, stop: ['\nUser:'] };
}

async function writesSpace(template: string, runner: TemplateRunner, signal?: AbortSignal): Promise<boolean> {
  const question: ChatMessage = { role: 'user', content: 'Q' };
  const job = { template, bosToken: '', eosToken: '' };
  try {
    const asked = await runner.render({ ...job, messages: [question], addGenerationPrompt: true }, signal);
    const messages: readonly ChatMessage[] = [question, { role: 'assistant', content: 'A' }];
    const answered = await runner.render({ ...job, messages, addGenerationPrompt: false }, signal);
    return answered.text.startsWith(`${asked.text} A`);
  } catch {
    signal?.throwIfAborted();
    // A template that cannot be run says so when it is used: the model may still be wanted for plain text.
    return false;
  }
}
