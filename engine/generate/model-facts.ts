import type { ModelInfo } from '../api.ts';
import type { Gguf, GgufTensor } from '../formats/gguf.ts';
import type { Model } from '../models/model.ts';

/** `ModelInfo` as far as the header tells it. */
export type ModelFacts = Omit<ModelInfo, 'id' | 'fileBytes'>;

/** What a person wants to know of a model, read from its header. */
export function modelFacts(gguf: Gguf, model: Model, contextLength: number): ModelFacts {
  const { shape, moeLayers } = model;
  const tensors = [...gguf.tensors.values()];
  const share = (tensor: GgufTensor): number => (isExpert(tensor) ? shape.expertsUsed / shape.experts : 1);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const isTied = !gguf.tensors.has('output.weight');
  const isRead = (tensor: GgufTensor): boolean => tensor.name !== 'token_embd.weight' || isTied;
  return {
    name: gguf.metadata.optionalString('general.name') ?? gguf.parts[0]?.name ?? shape.architecture,
    architecture: shape.architecture,
    parameters: sum(tensors.map(weightsIn)),
    activeParameters: Math.round(sum(tensors.map((tensor) => weightsIn(tensor) * share(tensor)))),
    expertParameters: sum(tensors.filter(isExpert).map(weightsIn)),
    expertBytes: sum(tensors.filter(isExpert).map(({ byteLength }) => byteLength)),
    experts: shape.experts,
    expertsUsed: shape.expertsUsed,
    layers: shape.layers,
    moeLayers,
    quantization: mostCommonType(tensors),
    vocabularySize: shape.vocabularySize,
    contextLength,
    trainedContextLength: shape.trainedContext,
    bytesPerToken: Math.round(sum(tensors.filter(isRead).map((tensor) => tensor.byteLength * share(tensor)))),
    hasChatTemplate: gguf.metadata.has('tokenizer.chat_template'),
    license: gguf.metadata.optionalString('general.license') ?? null,
  };
}

function isExpert({ name }: GgufTensor): boolean {
  return /\.ffn_(gate|up|down)_exps\./.test(name);
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
