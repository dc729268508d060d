import type { ChatMessage } from '../api.ts';
import { type AnswerFormat, answerFormat } from './answer-format.ts';
import type { ChatFormat } from './chat-template.ts';
import { findThinkingSwitch, type TemplateVariables, type ThinkingSwitch } from './thinking.ts';
import type { Tokenizer } from './tokenizer.ts';

/** A model's manner of speaking, found once when it is loaded. */
export interface Speech {
  readonly answers: AnswerFormat;
  readonly thinking: ThinkingSwitch;
}

/** @throws only what the signal was aborted with */
export async function findSpeech(format: ChatFormat, tokenizer: Tokenizer, signal?: AbortSignal): Promise<Speech> {
  const { template, runner } = format;
  const written = (id: number | undefined): string => (id === undefined ? '' : tokenizer.text(id));
  const render = async (
    messages: readonly ChatMessage[],
    addGenerationPrompt: boolean,
    variables: TemplateVariables = {},
  ): Promise<string> => {
    const [bosToken, eosToken] = [written(tokenizer.bos), written(tokenizer.eos)];
    try {
      const job = { template, messages, bosToken, eosToken, addGenerationPrompt, variables };
      return (await runner.render(job, signal)).text;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  };
  return {
    answers: await answerFormat(template, tokenizer, render),
    thinking: await findThinkingSwitch(template, (messages, variables) => render(messages, true, variables)),
  };
}
