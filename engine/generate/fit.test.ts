import { describe, expect, test } from 'vitest';
import type { FitVerdict, KvCacheFormat, MemoryReport } from '../api.ts';
import { vocabularyMetadata, VOCABULARY } from '../../oracle/vocabulary.ts';
import type { Gguf, GgufTensor } from '../formats/gguf.ts';
import { Metadata, type MetadataValue } from '../formats/metadata.ts';
import { byteLengthOf, tensorTypeById, TENSOR_TYPES } from '../formats/tensor-types.ts';
import type { WeightTypeName } from '../kernels/weight-types.ts';
import { type FitTarget, judgeFit } from './fit.ts';

const GIB = 1024 ** 3;

/** A desktop GPU, as far as WebGPU tells. */
const DESKTOP: FitTarget = {
  profile: 'lanes',
  f16: true,
  subgroups: true,
  limits: { maxBufferSize: 4 * GIB, maxStorageBufferBindingSize: 4 * GIB - 4 },
  systemMemoryGib: undefined,
};
/** WebGPU's least limits, as on small phones. */
const PHONE: FitTarget = {
  ...DESKTOP,
  limits: { maxBufferSize: 256 * 1024 ** 2, maxStorageBufferBindingSize: 128 * 1024 ** 2 },
};

interface Sizes {
  readonly layers: number;
  readonly width: number;
  readonly experts: number;
  readonly hidden: number;
  readonly type?: WeightTypeName;
  readonly context?: number;
}
const LAYOUT_30B: Sizes = { layers: 48, width: 2048, experts: 128, hidden: 768 };

/** The header of a qwen3moe with heads like Qwen3-30B-A3B's, without any weights. */
function qwen(
  { layers, width, experts, hidden, type = 'Q4_0', context = 262_144 }: Sizes,
  entries: Readonly<Record<string, MetadataValue>> = {},
): Gguf {
  const [heads, kvHeads, headDim] = [32, 4, 128];
  const tensors = new Map<string, GgufTensor>();
  let offset = 0;
  const add = (name: string, typeName: WeightTypeName, ...shape: number[]): void => {
    const tensorType = TENSOR_TYPES[typeName];
    const byteLength = byteLengthOf(
      tensorType,
      shape.reduce((product, size) => product * size, 1),
    );
    tensors.set(`${name}.weight`, { name: `${name}.weight`, type: tensorType, shape, offset, byteLength, part: 0 });
    offset += byteLength;
  };
  add('token_embd', type, width, VOCABULARY.length);
  add('output', type, width, VOCABULARY.length);
  add('output_norm', 'F32', width);
  for (let i = 0; i < layers; i++) {
    const name = (what: string): string => `blk.${i}.${what}`;
    add(name('attn_norm'), 'F32', width);
    add(name('ffn_norm'), 'F32', width);
    add(name('attn_q'), type, width, heads * headDim);
    add(name('attn_k'), type, width, kvHeads * headDim);
    add(name('attn_v'), type, width, kvHeads * headDim);
    add(name('attn_output'), type, heads * headDim, width);
    add(name('attn_q_norm'), 'F32', headDim);
    add(name('attn_k_norm'), 'F32', headDim);
    add(name('ffn_gate_inp'), 'F32', width, experts);
    add(name('ffn_gate_exps'), type, width, hidden, experts);
    add(name('ffn_up_exps'), type, width, hidden, experts);
    add(name('ffn_down_exps'), type, hidden, width, experts);
  }
  const metadata = new Metadata(
    new Map<string, MetadataValue>([
      ...vocabularyMetadata().map(([key, , value]): [string, MetadataValue] => [key, value]),
      ['general.architecture', 'qwen3moe'],
      ['qwen3moe.context_length', context],
      ['qwen3moe.embedding_length', width],
      ['qwen3moe.block_count', layers],
      ['qwen3moe.attention.head_count', heads],
      ['qwen3moe.attention.head_count_kv', kvHeads],
      ['qwen3moe.attention.key_length', headDim],
      ['qwen3moe.attention.value_length', headDim],
      ['qwen3moe.attention.layer_norm_rms_epsilon', 1e-6],
      ['qwen3moe.expert_count', experts],
      ['qwen3moe.expert_used_count', 8],
      ['qwen3moe.expert_feed_forward_length', hidden],
      ...Object.entries(entries),
    ]),
  );
  return { version: 3, metadata, tensors, parts: [], dataOffsets: [0] };
}

function total(memory: MemoryReport | null): number {
  if (memory === null) throw new Error('no memory was told');
  return memory.weights + memory.experts + memory.kvCache + memory.activations;
}

function wordsOf(verdict: FitVerdict): string {
  if (verdict.kind === 'too-large') return verdict.message;
  if (verdict.kind === 'unsupported') return verdict.error.message;
  return verdict.note ?? '';
}

describe('judgeFit', () => {
  test('a 30 B model on a desktop: its experts, cache and total', () => {
    const { memory, verdict, contextLength } = judgeFit(qwen(LAYOUT_30B), DESKTOP, {});
    expect(contextLength).toBe(4096);
    // 4.5 bits a weight in the file; 0.5 of them are scales, which repacking keeps.
    const expertWeights = 48 * 128 * 3 * 2048 * 768;
    expect(memory?.experts).toBeCloseTo((expertWeights * 4.5) / 8, -7);
    // Keys and values of 4 heads, 128 numbers each, in f16: in f32 they would take more than 256 MiB.
    expect(memory?.kvCache).toBe(4096 * 48 * 2 * 4 * 128 * 2);
    expect(total(memory)).toBeGreaterThan(16e9);
    expect(verdict.kind).toBe('fits');
    expect(wordsOf(verdict)).toContain('only loading it will show');
  });

  test('a cache in another format, to the byte', () => {
    const cacheOf = (kvCache: KvCacheFormat): number | undefined =>
      judgeFit(qwen(LAYOUT_30B), DESKTOP, { kvCache }).memory?.kvCache;
    const rows = 4096 * 48 * 2; // of 512 numbers
    expect(cacheOf('f32')).toBe(rows * 512 * 4);
    expect(cacheOf('f16')).toBe(rows * 512 * 2);
    expect(cacheOf('q8_0')).toBe(rows * (512 / 32) * 36);
  });

  test('a small model is no guess', () => {
    const small = qwen({ layers: 4, width: 512, experts: 16, hidden: 256 });
    expect(judgeFit(small, PHONE, {}).verdict).toEqual({ kind: 'fits' });
  });

  test('a context whose cache no buffer of the device can hold: the longest that it can', () => {
    const small = qwen({ layers: 2, width: 512, experts: 16, hidden: 256 });
    const { memory, verdict, contextLength } = judgeFit(small, PHONE, { contextLength: 262_144 });
    // 128 MiB for the keys of a layer of 512 numbers: 131,072 tokens in f16.
    expect(verdict).toEqual({ kind: 'shorter-context', contextLength: 131_072 });
    expect(contextLength).toBe(262_144);
    expect(memory?.kvCache).toBe(262_144 * 2 * 2 * 512 * 2);
    expect(judgeFit(small, PHONE, { contextLength: 131_072 }).verdict.kind).toBe('fits');
    expect(judgeFit(small, PHONE, { contextLength: 200_000 }).verdict).toMatchObject({ contextLength: 131_072 });
  });

  test('experts of a layer that four buffers cannot hold fit in no context', () => {
    const { memory, verdict } = judgeFit(qwen({ ...LAYOUT_30B, layers: 2, type: 'F32' }), PHONE, {});
    expect(verdict).toMatchObject({ kind: 'too-large', what: 'gpu' });
    expect(wordsOf(verdict)).toContain('no buffers larger than 134 MB');
    expect(total(memory)).toBeGreaterThan(2 * 128 * 3 * 2048 * 768 * 4);
  });

  test('main memory, where the browser tells, bounds the guess; its highest answers do not', () => {
    const gguf = qwen(LAYOUT_30B); // 16.6 GB
    const on = (systemMemoryGib: number): FitVerdict => judgeFit(gguf, { ...DESKTOP, systemMemoryGib }, {}).verdict;
    expect(on(4)).toMatchObject({ kind: 'too-large', what: 'gpu' });
    expect(wordsOf(on(4))).toContain('a guess');
    expect(on(8).kind).toBe('fits');
    expect(on(32).kind).toBe('fits');

    const cacheIsMuch = qwen({ layers: 32, width: 512, experts: 8, hidden: 256 });
    const asked = { contextLength: 131_072 }; // 8.6 GB of keys and values
    const shorter = judgeFit(cacheIsMuch, { ...DESKTOP, systemMemoryGib: 4 }, asked).verdict;
    expect(shorter).toMatchObject({ kind: 'shorter-context', contextLength: 32_768 });
  });

  test('no context beyond the one that the model was trained for, none shorter than is useful', () => {
    const short = qwen({ layers: 2, width: 512, experts: 8, hidden: 256, context: 2048 });
    expect(judgeFit(short, DESKTOP, { contextLength: 8192 }).contextLength).toBe(2048);
    expect(() => judgeFit(short, DESKTOP, { contextLength: 0.5 })).toThrow('makes no sense');
  });

  test.each([
    ['general.architecture', 'nobodys', 'unsupported-architecture'],
    ['tokenizer.ggml.model', 'bert', 'unsupported-tokenizer'],
    ['tokenizer.ggml.pre', 'nobodys', 'unsupported-tokenizer'],
    ['qwen3moe.rope.scaling.type', 'nobodys', 'unsupported-architecture'],
  ])('%s = %s is found before the download', (key, value, code) => {
    const fit = judgeFit(qwen(LAYOUT_30B, { [key]: value }), DESKTOP, {});
    expect(fit).toMatchObject({ memory: null, verdict: { kind: 'unsupported', error: { code } } });
    expect(fit.contextLength).toBe(4096);
  });

  test('weights in a type that we do not compute with', () => {
    const gguf = qwen({ ...LAYOUT_30B, layers: 1 });
    const type = tensorTypeById(9);
    const name = 'blk.0.ffn_down_exps.weight';
    const tensor = gguf.tensors.get(name);
    if (type === undefined || tensor === undefined) throw new Error('there is Q8_1, and there are experts');
    const tensors = new Map(gguf.tensors).set(name, { ...tensor, type });
    const { verdict } = judgeFit({ ...gguf, tensors }, DESKTOP, {});
    expect(verdict).toMatchObject({ kind: 'unsupported', error: { code: 'unsupported-tensor-type' } });
    expect(wordsOf(verdict)).toContain('Q8_1');
    expect(wordsOf(verdict)).toContain(name);
  });

  test('a header that contradicts itself is no verdict', () => {
    const gguf = qwen(LAYOUT_30B, { 'qwen3moe.embedding_length': 1024 });
    expect(() => judgeFit(gguf, DESKTOP, {})).toThrow(expect.objectContaining({ code: 'corrupt-file' }) as Error);
  });
});
