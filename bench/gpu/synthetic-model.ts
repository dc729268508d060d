// Models in the shapes of published ones, whose weights are random blocks that come out of a small pattern: nothing as large as the
// model is ever made or stored, so that a model of any size is on the GPU as fast as it can be uploaded.
import type { ByteSource } from '../../engine/formats/byte-source.ts';
import { type Gguf, type GgufTensor, readGguf } from '../../engine/formats/gguf.ts';
import { writeGguf } from '../../engine/formats/gguf-writer.ts';
import { MemorySource } from '../../engine/formats/memory-source.ts';
import { byteLengthOf, type TensorType } from '../../engine/formats/tensor-types.ts';
import { generator } from '../../engine/testing/random.ts';
import { deepseek2, olmoe, qwen3moe } from '../../oracle/architectures.ts';
import type { RandomModel } from '../../oracle/random-model.ts';
import { lfm2 } from '../../oracle/recurrent-architectures.ts';
import { VOCABULARY } from '../../oracle/vocabulary.ts';
import { gptOss } from '../../oracle/window-architectures.ts';

/** f16 factors in blocks: at which byte, and their bits. They make weights of about 0.02. */
const FACTORS: Readonly<Record<string, readonly (readonly [at: number, bits: number])[]>> = {
  Q4_0: [[0, 0x1c00]], // 2^-8
  Q8_0: [[0, 0x0d00]],
  Q4_K: [
    [0, 0x0400],
    [2, 0x0f80],
  ],
  Q6_K: [[208, 0x0100]],
};

/** Bytes of a pattern: more than the largest piece that is uploaded at a time, and as much again to begin in different places. */
const PATTERN_BYTES = 16 * 1024 * 1024;

function pattern(type: TensorType): Uint8Array<ArrayBuffer> {
  const random = generator(type.id + 1);
  const bytes = new Uint8Array(Math.floor(PATTERN_BYTES / type.blockBytes / 8) * 8 * type.blockBytes);
  if (type.name === 'F32') {
    const numbers = new Float32Array(bytes.buffer);
    for (let i = 0; i < 65_536; i++) numbers[i] = 0.1 * (random() - 0.5) + 0.02;
    for (let i = 65_536; i < numbers.length; i *= 2) numbers.copyWithin(i, 0, i);
    return bytes;
  }
  const blocks = 4096;
  const view = new DataView(bytes.buffer);
  const words = Math.floor((blocks * type.blockBytes) / 4);
  for (let i = 0; i < words; i++) view.setUint32(4 * i, Math.floor(random() * 2 ** 32));
  for (let block = 0; block < blocks; block++) {
    const at = block * type.blockBytes;
    for (const [offset, bits] of FACTORS[type.name] ?? []) view.setUint16(at + offset, bits, true);
    if (type.name === 'MXFP4') bytes[at] = 119;
  }
  for (let end = blocks * type.blockBytes; end < bytes.length; end *= 2) bytes.copyWithin(end, 0, end);
  return bytes;
}

class PatternSource implements ByteSource {
  readonly name = 'synthetic.gguf';
  readonly size: number;
  readonly #tensors: readonly GgufTensor[];
  readonly #patterns = new Map<string, Uint8Array<ArrayBuffer>>();

  constructor(tensors: readonly GgufTensor[], size: number) {
    this.#tensors = tensors;
    this.size = size;
  }

  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    let [low, high] = [0, this.#tensors.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#tensors[middle] as GgufTensor).offset <= start) low = middle;
      else high = middle - 1;
    }
    const { type } = this.#tensors[low] as GgufTensor;
    let found = this.#patterns.get(type.name);
    if (!found) this.#patterns.set(type.name, (found = pattern(type)));
    const step = 8 * type.blockBytes;
    const places = Math.floor((found.length - (end - start)) / step);
    const at = (Math.floor(start / step) % Math.max(places, 1)) * step;
    return Promise.resolve(found.subarray(at, at + end - start));
  }
}

/** A header with tensors of a vocabulary's size, whose bytes come out of patterns. */
export async function synthetic(model: RandomModel, vocabulary: number, context = 8192): Promise<Gguf> {
  model.integer('context_length', context);
  const { metadata, tensors } = model.describe();
  const header = await readGguf([new MemorySource(writeGguf({ metadata, tensors: [] }))]);
  let offset = 0;
  const placed = tensors.map(({ name, type, shape }): GgufTensor => {
    const sizes = shape.map((size) => (size === VOCABULARY.length ? vocabulary : size));
    const byteLength = byteLengthOf(
      type,
      sizes.reduce((product, size) => product * size, 1),
    );
    const tensor = { name, type, shape: sizes, offset, byteLength, part: 0 };
    offset += Math.ceil(byteLength / 32) * 32;
    return tensor;
  });
  return {
    ...header,
    tensors: new Map(placed.map((tensor) => [tensor.name, tensor])),
    parts: [new PatternSource(placed, offset)],
    dataOffsets: [0],
  };
}

export interface Published {
  readonly name: string;
  /** Of the published model, and of what is run here: layers are alike, so times go with their number. */
  readonly layers: number;
  readonly ran: number;
  readonly gguf: () => Promise<Gguf>;
}

export const mostly =
  (type: 'Q4_K' | 'Q4_0' | 'MXFP4', others: Readonly<Record<string, 'Q6_K' | 'Q8_0' | 'F16'>>) =>
  (tensor: string): 'Q4_K' | 'Q4_0' | 'MXFP4' | 'Q6_K' | 'Q8_0' | 'F16' =>
    Object.entries(others).find(([part]) => tensor.includes(part))?.[1] ?? type;

/**
 * Shapes and types as published. A `run` has as many layers as a bench has time for, a `trial` of the bench itself is small, and `whole`
 * is for headers alone.
 */
export function publishedModels(extent: 'run' | 'trial' | 'whole'): readonly Published[] {
  const isTrial = extent === 'trial';
  const vocabularyOf = (size: number): number => (isTrial ? 4096 : size);
  const layersOf = (count: number, all = count): number => (isTrial ? 2 : extent === 'whole' ? all : count);
  const expertsOf = (count: number): number => (isTrial ? 8 : count);
  const lfm = 'SSASSSASSSASSSASSSASSASS';
  return [
    {
      name: 'LFM2-8B-A1B Q4_0',
      layers: 24,
      ran: layersOf(24),
      gguf: () =>
        synthetic(
          lfm2({
            ...{ name: 'lfm2-8b-a1b', types: mostly('Q4_0', { token_embd: 'Q6_K' }), width: 2048 },
            ...{ layers: isTrial ? 3 : 24, pattern: isTrial ? 'SSA' : lfm, heads: 32, keyHeads: 8, headWidth: 64 },
            ...{
              experts: expertsOf(32),
              expertsUsed: 4,
              expertWidth: 1792,
              denseWidth: 7168,
              denseLayers: 2,
              tied: true,
            },
          }),
          vocabularyOf(65_536),
        ),
    },
    {
      name: 'Qwen3-30B-A3B Q4_K_M',
      layers: 48,
      ran: layersOf(12, 48),
      gguf: () =>
        synthetic(
          qwen3moe({
            ...{ name: 'qwen3-30b-a3b', types: mostly('Q4_K', { attn_v: 'Q6_K', output: 'Q6_K' }), width: 2048 },
            ...{ layers: layersOf(12, 48), heads: 32, keyHeads: 4, headWidth: 128 },
            ...{ experts: expertsOf(128), expertsUsed: 8, expertWidth: 768 },
          }),
          vocabularyOf(151_936),
        ),
    },
    {
      name: 'gpt-oss-20b MXFP4',
      layers: 24,
      ran: layersOf(8, 24),
      gguf: () =>
        synthetic(
          gptOss({
            ...{ name: 'gpt-oss-20b', types: mostly('MXFP4', { attn: 'Q8_0', token_embd: 'Q8_0', output: 'Q8_0' }) },
            ...{ width: 2880, layers: layersOf(8, 24), heads: 64, keyHeads: 8, headWidth: 64, window: 128, pattern: 2 },
            ...{ experts: expertsOf(32), expertsUsed: 4, expertWidth: 2880 },
          }),
          vocabularyOf(201_088),
        ),
    },
    {
      name: 'DeepSeek-V2-Lite Q4_0',
      layers: 27,
      ran: layersOf(9, 27),
      gguf: () =>
        synthetic(
          deepseek2({
            ...{
              name: 'deepseek-v2-lite',
              types: mostly('Q4_0', { output: 'Q6_K' }),
              width: 2048,
              layers: layersOf(9, 27),
            },
            ...{ heads: 16, nope: 128, rope: 64, value: 128, kvRank: 512, queryRank: 0, keyValue: 'joint' as const },
            ...{ denseLayers: 1, denseWidth: 10_944, sharedExperts: 2, gating: 'softmax' as const },
            ...{ experts: expertsOf(64), expertsUsed: 6, expertWidth: 1408, weightsNorm: false, weightsScale: 1 },
          }),
          vocabularyOf(102_400),
        ),
    },
    {
      name: 'OLMoE-1B-7B Q8_0',
      layers: 16,
      ran: layersOf(8),
      gguf: () =>
        synthetic(
          olmoe({
            ...{
              name: 'olmoe-1b-7b',
              types: 'Q8_0' as const,
              width: 2048,
              layers: layersOf(8),
              heads: 16,
              keyHeads: 16,
            },
            ...{ headWidth: 128, experts: expertsOf(64), expertsUsed: 8, expertWidth: 1024 },
          }),
          vocabularyOf(50_304),
        ),
    },
  ];
}
