import { EngineError } from '../errors.ts';
import type { Gguf } from '../formats/gguf.ts';
import type { Gpu } from '../gpu/device.ts';
import { requireArchitecture } from '../models/architectures.ts';
import { mark } from '../marks.ts';
import { marksReasoning } from '../tokenizer/answer-format.ts';
import { type ChatFormat, chatFormat } from '../tokenizer/chat-template.ts';
import { findSpeech, type Speech } from '../tokenizer/speech.ts';
import { inlineTemplateRunner, type TemplateRunner } from '../tokenizer/template-runner.ts';
import { thinkingSupport } from '../tokenizer/thinking.ts';
import { loadTokenizer, type Tokenizer } from '../tokenizer/tokenizer.ts';
import type { TextModel } from './generate.ts';
import { modelFacts, type ModelFacts } from './model-facts.ts';
import type { SessionOptions } from './reserve.ts';
import { Session } from './session.ts';

export interface LoadedModel {
  readonly text: TextModel;
  readonly facts: ModelFacts;
}

/**
 * A model from its header to the first token.
 * @param onWeights called when all bytes were read and the kernels are being compiled
 * @param templates runs its chat template
 * @throws EngineError
 */
export async function loadTextModel(
  gpu: Gpu,
  gguf: Gguf,
  options: SessionOptions,
  signal?: AbortSignal,
  onWeights?: () => void,
  templates: TemplateRunner = inlineTemplateRunner,
): Promise<LoadedModel> {
  requireArchitecture(gguf); // before the tokenizer, which may be strange where the architecture is
  const tokenizer = await loadTokenizer(gguf.metadata, signal);
  mark('tokenizer');
  const rows = gguf.tensors.get('token_embd.weight')?.shape[1] ?? 0;
  if (rows < tokenizer.vocabularySize)
    throw new EngineError(
      'corrupt-file',
      `The vocabulary of this model has ${tokenizer.vocabularySize} tokens, but its embedding only ${rows} rows. ` +
        'The file is damaged, or was put together from two.',
    );
  // Beside the weights: a template that loops costs the load no time.
  const format = speechOf(gguf, tokenizer, templates, signal);
  format.catch(() => undefined); // where the weights fail first
  const session = await Session.load(gpu, gguf, options, signal, onWeights);
  try {
    const speech = await format;
    mark('speech');
    return finished(gguf, session, tokenizer, speech);
  } catch (error) {
    session.destroy();
    throw error;
  }
}

async function speechOf(
  gguf: Gguf,
  tokenizer: Tokenizer,
  templates: TemplateRunner,
  signal: AbortSignal | undefined,
): Promise<{ readonly format: ChatFormat; readonly speech: Speech }> {
  const format = await chatFormat(gguf.metadata, tokenizer, templates, signal);
  return { format, speech: await findSpeech(format, tokenizer, signal) };
}

function finished(
  gguf: Gguf,
  session: Session,
  tokenizer: Tokenizer,
  { format, speech }: { readonly format: ChatFormat; readonly speech: Speech },
): LoadedModel {
  const thinking = thinkingSupport(speech.thinking, marksReasoning(speech.answers));
  return {
    text: { session, tokenizer, format, speech },
    facts: { ...modelFacts(gguf, session.model, session.contextLength), decode: session.decodeCost, thinking },
  };
}
