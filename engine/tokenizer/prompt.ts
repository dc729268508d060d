import type { ChatMessage, Prompt } from '../api.ts';
import { EngineError } from '../errors.ts';
import { renderChat, type ChatFormat } from './chat-template.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * The ids to run for a prompt. Chat and text are read with their special tokens, and get a BOS where the model asks for one
 * and they do not begin with it already (most chat templates write it). No EOS is added: the model is to go on.
 *
 * @throws EngineError `bad-request` for ids outside the vocabulary, a conversation that the template refuses, or a prompt
 *   without any token.
 */
export function promptTokens(prompt: Prompt, tokenizer: Tokenizer, format: ChatFormat): number[] {
  const tokens = tokensOf(prompt, tokenizer, format);
  if (tokens.length === 0) throw new EngineError('bad-request', 'The prompt is empty. Write something first.');
  return tokens;
}

function tokensOf(prompt: Prompt, tokenizer: Tokenizer, format: ChatFormat): number[] {
  switch (prompt.kind) {
    case 'chat': {
      const { bos, eos } = tokenizer;
      const text = renderChat(
        format.template,
        prompt.messages.map((message) => asTemplateWants(message, format)),
        {
          bosToken: bos === undefined ? '' : tokenizer.text(bos),
          eosToken: eos === undefined ? '' : tokenizer.text(eos),
          addGenerationPrompt: true,
        },
      );
      return withBos(tokenizer.encode(text, { special: true }), tokenizer);
    }
    case 'text':
      return withBos(tokenizer.encode(prompt.text, { special: true }), tokenizer);
    case 'tokens': {
      const bad = prompt.tokens.find((id) => !Number.isInteger(id) || id < 0 || id >= tokenizer.vocabularySize);
      if (bad !== undefined) {
        throw new EngineError(
          'bad-request',
          `${bad} is not a token of this model: its ids run from 0 to ${tokenizer.vocabularySize - 1}.`,
        );
      }
      return [...prompt.tokens];
    }
    default:
      return prompt satisfies never;
  }
}

function asTemplateWants(message: ChatMessage, { writesSpaceBeforeAnswer }: ChatFormat): ChatMessage {
  const doubled = writesSpaceBeforeAnswer && message.role === 'assistant' && message.content.startsWith(' ');
  return doubled ? { ...message, content: message.content.slice(1) } : message;
}

function withBos(tokens: number[], { addBos, bos }: Tokenizer): number[] {
  return addBos && bos !== undefined && tokens[0] !== bos ? [bos, ...tokens] : tokens;
}
