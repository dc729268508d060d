/**
 * `mixtab/prompt-api`: the shape of the browser's Prompt API (`LanguageModel`), answered by a model in the tab.
 *
 * @packageDocumentation
 */
import { BrowserBackend, type MixtabOptions } from './browser-backend.ts';
import { type LanguageModelFactory, promptApiOver } from './prompt/language-model.ts';

export type { LanguageModelMessage, LanguageModelMessageContent, LanguageModelPrompt } from './prompt/input.ts';
export type {
  Availability,
  LanguageModel,
  LanguageModelFactory,
  LanguageModelPromptOptions,
} from './prompt/language-model.ts';
export type {
  LanguageModelCreateCoreOptions,
  LanguageModelCreateOptions,
  LanguageModelExpected,
  LanguageModelParams,
} from './prompt/options.ts';

/**
 * What stands for the browser's `LanguageModel`. Nothing is loaded until a session is created; all sessions share one engine.
 *
 * @example
 *     globalThis.LanguageModel ??= promptApi({ model: 'hf:owner/name:Q4_K_M' });
 *     const session = await LanguageModel.create();
 *     const answer = await session.prompt('Why is the sky blue?');
 */
export function promptApi(options: Omit<MixtabOptions, 'onProgress'>): LanguageModelFactory {
  return promptApiOver(() => new BrowserBackend(options));
}
