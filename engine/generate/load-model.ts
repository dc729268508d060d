import type { LoadOptions } from '../api.ts';
import type { Gguf } from '../formats/gguf.ts';
import type { Gpu } from '../gpu/device.ts';
import { requireArchitecture } from '../models/architectures.ts';
import { chatFormat } from '../tokenizer/chat-template.ts';
import { createTokenizer } from '../tokenizer/tokenizer.ts';
import type { TextModel } from './generate.ts';
import { modelFacts, type ModelFacts } from './model-facts.ts';
import { Session } from './session.ts';

export interface LoadedModel {
  readonly text: TextModel;
  readonly facts: ModelFacts;
}

/**
 * A model from its header to the first token.
 * @param onWeights called when all bytes were read and the kernels are being compiled
 * @throws EngineError
 */
export async function loadTextModel(
  gpu: Gpu,
  gguf: Gguf,
  options: LoadOptions,
  signal?: AbortSignal,
  onWeights?: () => void,
): Promise<LoadedModel> {
  requireArchitecture(gguf); // before the tokenizer, which may be strange where the architecture is
  const tokenizer = createTokenizer(gguf.metadata);
  const format = chatFormat(gguf.metadata, tokenizer);
  const session = await Session.load(gpu, gguf, options, signal, onWeights);
  return { text: { session, tokenizer, format }, facts: modelFacts(gguf, session.model, session.contextLength) };
}
