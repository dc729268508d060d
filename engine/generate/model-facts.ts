import type { ModelInfo, ModelPreview } from '../api.ts';
import type { Gguf, GgufTensor } from '../formats/gguf.ts';
import type { Metadata } from '../formats/metadata.ts';
import type { Model } from '../models/model.ts';
import { samplingDefaults } from './sampling-defaults.ts';

/** What the header of any model tells, whether the engine can run it or not. */
export type HeaderFacts = Omit<
  ModelPreview,
  'id' | 'fileBytes' | 'parts' | 'fetchedBytes' | 'storedBytes' | 'contextLength' | 'memory' | 'decode' | 'verdict'
>;

/** `ModelInfo` as far as the header tells it. */
export type ModelFacts = Omit<ModelInfo, 'id' | 'fileBytes' | 'stored'>;

/** The same as far as it is numbers. */
export type WeightFacts = Omit<ModelFacts, 'thinking'>;

export function headerFacts({ metadata, tensors: byName, parts }: Gguf): HeaderFacts {
  const architecture = metadata.optionalString('general.architecture') ?? '';
  const number = (key: string): number => wholeNumber(metadata, `${architecture}.${key}`);
  const license = metadata.optionalString('general.license');
  const experts = number('expert_count');
  const expertsUsed = Math.min(number('expert_used_count'), experts);
  const tensors = [...byName.values()];
  const share = (tensor: GgufTensor): number => (isExpert(tensor) && experts > 0 ? expertsUsed / experts : 1);
  const isTied = !byName.has('output.weight');
  const isRead = (tensor: GgufTensor): boolean => tensor.name !== 'token_embd.weight' || isTied;
  return {
    name: shown(metadata.optionalString('general.name') ?? parts[0]?.name ?? architecture),
    architecture: shown(architecture),
    parameters: sum(tensors.map(weightsIn)),
    activeParameters: Math.round(sum(tensors.map((tensor) => weightsIn(tensor) * share(tensor)))),
    experts,
    expertsUsed,
    layers: number('block_count'),
    quantization: mostCommonType(tensors),
    license: license === undefined ? null : shown(license),
    trainedContextLength: number('context_length'),
    bytesPerToken: Math.round(sum(tensors.filter(isRead).map((tensor) => tensor.byteLength * share(tensor)))),
    hasChatTemplate: metadata.has('tokenizer.chat_template'),
  };
}

/** Names are for a line of the page; some files have the whole text of a licence instead of its name. */
const MAX_SHOWN_LENGTH = 200;

function shown(text: string): string {
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH)}…`;
}

/** What a person wants to know of a model, read from its header. */
export function modelFacts(gguf: Gguf, { shape, routed }: Model, contextLength: number): WeightFacts {
  const experts = [...gguf.tensors.values()].filter(isExpert);
  return {
    ...headerFacts(gguf),
    expertParameters: sum(experts.map(weightsIn)),
    expertBytes: sum(experts.map(({ byteLength }) => byteLength)),
    moeLayers: routed.map(({ layer }) => layer),
    sharedExperts: sharedExperts(
      gguf,
      routed.map(({ layer }) => layer),
    ),
    vocabularySize: shape.vocabularySize,
    contextLength,
    sampling: samplingDefaults(gguf.metadata),
  };
}

/**
 * Feed-forwards beside the routed experts that no router asks: most files call them shared experts, and say how many are written as one;
 * in some (Gemma 4, Arctic) it is a dense half of the layer.
 */
function sharedExperts({ metadata, tensors }: Gguf, moeLayers: readonly number[]): number {
  const isShared = moeLayers.some((layer) =>
    ['ffn_up_shexp', 'ffn_gate_up_shexp', 'ffn_up', 'ffn_gate_up'].some((name) =>
      tensors.has(`blk.${layer}.${name}.weight`),
    ),
  );
  if (!isShared) return 0;
  const architecture = metadata.optionalString('general.architecture') ?? '';
  return Math.max(1, wholeNumber(metadata, `${architecture}.expert_shared_count`));
}

/** 0 where the header does not say, or says something else: of a model that we do not know, any key may be anything. */
function wholeNumber(metadata: Metadata, key: string): number {
  try {
    const value = metadata.optionalNumber(key) ?? 0;
    return Number.isSafeInteger(value) && value > 0 ? value : 0;
  } catch {
    return 0;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function isExpert({ name }: GgufTensor): boolean {
  return /\.ffn_(gate|up|down|gate_up)_exps\./.test(name);
}

function weightsIn({ shape }: GgufTensor): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The type that most weights have. */
function mostCommonType(tensors: readonly GgufTensor[]): string {
  const weights = new Map<string, number>();
  for (const tensor of tensors) weights.set(tensor.type.name, (weights.get(tensor.type.name) ?? 0) + weightsIn(tensor));
  return [...weights].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'F32';
}
