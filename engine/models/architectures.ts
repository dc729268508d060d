import { EngineError, quoted } from '../errors.ts';
import type { Gguf } from '../formats/gguf.ts';
import { MAX_VOCABULARY } from '../formats/header-limits.ts';
import type { Weights } from '../weights/weights.ts';
import { deepseek2 } from './deepseek2.ts';
import { granitemoe } from './granitemoe.ts';
import { HyperParameters } from './hyper-parameters.ts';
import { type Architecture, type Model, readShape } from './model.ts';
import { olmoe } from './olmoe.ts';
import { qwen3moe } from './qwen3moe.ts';

/** By `general.architecture`. */
const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map([
  ['deepseek2', deepseek2],
  ['olmoe', olmoe],
  ['qwen3moe', qwen3moe],
  ['granitemoe', granitemoe],
]);

/**
 * Names the architecture of a file, before any weights are read.
 * @throws EngineError `unsupported-architecture`
 */
export function requireArchitecture(gguf: Gguf): { readonly name: string; readonly build: Architecture } {
  const name = gguf.metadata.string('general.architecture');
  const build = ARCHITECTURES.get(name);
  if (build === undefined)
    throw new EngineError(
      'unsupported-architecture',
      `Mixtab cannot run the architecture ${quoted(name)}. It runs ${[...ARCHITECTURES.keys()].join(', ')}.`,
    );
  return { name, build };
}

/** Reserves GPU memory for everything the model needs; nothing is read yet. */
export function reserveModel(gguf: Gguf, weights: Weights): Model {
  const { name, build } = requireArchitecture(gguf);
  const embedding = gguf.tensors.get('token_embd.weight');
  const vocabularySize = embedding?.shape[1];
  if (vocabularySize === undefined)
    throw new EngineError('corrupt-file', 'This model file has no token embedding. It may be incomplete.');
  if (vocabularySize > MAX_VOCABULARY)
    throw new EngineError(
      'corrupt-file',
      `The token embedding of this model has ${vocabularySize} rows, where at most ${MAX_VOCABULARY} make sense.`,
    );
  const file = new HyperParameters(gguf.metadata, name);
  return build(file, weights, readShape(file, vocabularySize));
}
