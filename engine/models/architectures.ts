import { EngineError, quoted } from '../errors.ts';
import type { Gguf } from '../formats/gguf.ts';
import { MAX_VOCABULARY } from '../formats/header-limits.ts';
import type { Weights } from '../weights/weights.ts';
import { afmoe } from './afmoe.ts';
import { bailingmoe2 } from './bailingmoe2.ts';
import { bailingmoe3 } from './bailingmoe3.ts';
import { cohere2moe } from './cohere2moe.ts';
import { deepseek2 } from './deepseek2.ts';
import { ernie45moe } from './ernie4_5-moe.ts';
import { exaoneMoe } from './exaone-moe.ts';
import { gemma4 } from './gemma4.ts';
import { gptOss } from './gpt-oss.ts';
import { granite } from './granite.ts';
import { HyperParameters } from './hyper-parameters.ts';
import { lfm2, lfm2moe } from './lfm2.ts';
import { laguna } from './laguna.ts';
import { llama } from './llama.ts';
import { mellum } from './mellum.ts';
import { smallthinker } from './smallthinker.ts';
import { type Architecture, type Model, readShape } from './model.ts';
import { nemotronH } from './nemotron-h.ts';
import { olmoe } from './olmoe.ts';
import { phimoe } from './phimoe.ts';
import { qwen2, qwen2moe } from './qwen2.ts';
import { qwen3 } from './qwen3.ts';
import { qwen35, qwen35moe, qwen3next } from './qwen35.ts';
import { qwen3moe } from './qwen3moe.ts';

/** By `general.architecture`. */
const ARCHITECTURES: ReadonlyMap<string, Architecture> = new Map([
  ['deepseek2', deepseek2],
  ['mistral4', deepseek2],
  ['olmoe', olmoe],
  ['qwen3moe', qwen3moe],
  ['granite', granite],
  ['granitemoe', granite],
  ['granitehybrid', granite],
  ['nemotron_h', nemotronH],
  ['nemotron_h_moe', nemotronH],
  ['bailingmoe2', bailingmoe2],
  ['bailingmoe3', bailingmoe3],
  ['ernie4_5-moe', ernie45moe],
  ['llama', llama],
  ['qwen3', qwen3],
  ['qwen2', qwen2],
  ['qwen2moe', qwen2moe],
  ['phimoe', phimoe],
  ['smallthinker', smallthinker],
  ['lfm2', lfm2],
  ['lfm2moe', lfm2moe],
  ['qwen3next', qwen3next],
  ['qwen35', qwen35],
  ['qwen35moe', qwen35moe],
  ['gpt-oss', gptOss],
  ['gemma4', gemma4],
  ['exaone-moe', exaoneMoe],
  ['cohere2moe', cohere2moe],
  ['mellum', mellum],
  ['laguna', laguna],
  ['afmoe', afmoe],
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
  const model = build(file, weights, readShape(file, vocabularySize));
  weights.layOutExperts();
  file.requireAllRead();
  requireAllAsked(weights, model);
  return model;
}

/** A block of the trunk, by its number. */
const BLOCK = /^blk\.(\d+)\./;

/** For those who round the inputs of a product to four bits as well, as files in NVFP4 have it. Here they are f32. */
const INPUT_SCALE = /\.input_scale$/;

/**
 * What a file holds belongs to its arithmetic: a tensor that nobody asked for is a part of the model that would be left out.
 * Blocks behind the trunk predict further tokens, and are not needed.
 */
function requireAllAsked(weights: Weights, model: Model): void {
  const left = weights
    .unasked()
    .filter((name) => Number(BLOCK.exec(name)?.[1] ?? 0) < model.shape.layers && !INPUT_SCALE.test(name));
  if (left.length === 0) return;
  const more = left.length > 1 ? ` and ${left.length - 1} more` : '';
  throw new EngineError(
    'unsupported-architecture',
    `This model has a tensor ${quoted(left[0] ?? '')}${more}, which Mixtab does not know for ` +
      `${quoted(model.shape.architecture)}. Without it its answers would be wrong.`,
    left.slice(0, 16).join(', '),
  );
}
