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
import type { LoadWatch } from './prepare.ts';
import { Session } from './session.ts';

export interface LoadedModel {
  readonly text: TextModel;
  readonly facts: ModelFacts;
}

/**
 * A model from its header to where it can make the first token; what the others need goes on compiling (see `Session.prepared`).
 * @param watch is told how it goes
 * @param templates runs its chat template
 * @throws EngineError
 */
export async function loadTextModel(
  gpu: Gpu,
  gguf: Gguf,
  options: SessionOptions,
  signal?: AbortSignal,
  watch?: LoadWatch,
  templates: TemplateRunner = inlineTemplateRunner,
): Promise<LoadedModel> {
  requireArchitecture(gguf); // before the tokenizer, which may be strange where the architecture is
  const over = new AbortController();
  const stop = (): void => over.abort(signal?.reason);
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  // Kernels compile beside the vocabulary, and all of it beside the weights.
  const begun = Session.begin(gpu, gguf, options, over.signal, watch);
  begun.catch(() => undefined); // where the vocabulary fails first
  try {
    const tokenizer = await loadTokenizer(gguf.metadata, over.signal);
    checkVocabulary(gguf, tokenizer);
    mark('tokenizer');
    // A template that loops costs the load no time.
    const format = speechOf(gguf, tokenizer, templates, over.signal);
    format.catch(() => undefined); // where the weights fail first
    const session = await begun;
    const speech = await format;
    mark('speech');
    return finished(gguf, session, tokenizer, speech);
  } catch (error) {
    over.abort(error);
    await begun.then(
      (session) => session.destroy(),
      () => undefined,
    );
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** @throws EngineError `corrupt-file` */
function checkVocabulary(gguf: Gguf, { vocabularySize }: Tokenizer): void {
  const rows = gguf.tensors.get('token_embd.weight')?.shape[1] ?? 0;
  if (rows < vocabularySize)
    throw new EngineError(
      'corrupt-file',
      `The vocabulary of this model has ${vocabularySize} tokens, but its embedding only ${rows} rows. ` +
        'The file is damaged, or was put together from two.',
    );
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
