// What a decoded token costs in each model of the catalogue, without its file: from a header in the published shapes where they are
// known well enough to come to the published size, else from the active weights and from how many launches a layer of
// that architecture takes in our small models.
import type { DecodeCost } from '../engine/api.ts';
import { byteLengthOf } from '../engine/formats/tensor-types.ts';
import { type Gguf, readGguf } from '../engine/formats/gguf.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { decodeCost } from '../engine/generate/decode-cost.ts';
import { reserve } from '../engine/generate/reserve.ts';
import { NO_LIMITS, paperDevice } from '../engine/gpu/paper-device.ts';
import type { KernelTarget } from '../engine/kernels/target.ts';
import { CATALOGUE, type CatalogueEntry, type CatalogueId } from '../app/models/catalogue.ts';
import { granitemoe, olmoe } from '../oracle/architectures.ts';
import { goldenModels } from '../oracle/models.ts';
import { mostly, publishedModels, synthetic } from './gpu/synthetic-model.ts';

/** A GPU like most. */
export const ANY_GPU: KernelTarget = { profile: 'lanes', f16: true, subgroups: true, subgroupSize: 32 };

/** `block_count` without blocks for multi-token prediction. */
const LAYERS: Readonly<Record<CatalogueId, number>> = {
  'lfm2-350m': 16,
  'granite-3.1-1b-a400m': 24,
  'granite-3.1-3b-a800m': 32,
  'smallthinker-4b-a0.6b': 32,
  'trinity-nano': 56,
  'olmoe-1b-7b-0125': 16,
  'olmoe-1b-7b-0924': 16,
  'deepseek-v2-lite-chat-q4_0': 27,
  'deepseek-v2-lite-chat': 27,
  'deepseek-coder-v2-lite': 27,
  'moonlight-16b-a3b': 27,
  'qwen3-30b-a3b-2507': 48,
  'granite-4.0-h-tiny': 40,
  'ling-3.0-tiny': 24,
  'lfm2.5-8b-a1b': 24,
  'phi-mini-moe': 32,
  'lfm2-8b-a1b': 24,
  'mellum2-12b-a2.5b': 28,
  'qwen1.5-moe-a2.7b': 24,
  'ling-mini-2.0': 20,
  'gpt-oss-20b': 24,
  'qwen3.6-35b-a3b': 40,
  'ernie-4.5-21b-a3b': 28,
  'lfm2-24b-a2b': 40,
  'gemma-4-26b-a4b': 30,
  'gemma-4-26b-a4b-qat': 30,
  'glm-4.7-flash': 47,
  'laguna-xs-2.1': 40,
};

function published(name: string): () => Promise<Gguf> {
  const model = publishedModels('whole').find((one) => one.name === name);
  if (model === undefined) throw new Error(`no ${name}`);
  return model.gguf;
}

const granite = (name: string, width: number, layers: number, heads: number, experts: number) => (): Promise<Gguf> =>
  synthetic(
    granitemoe({
      ...{ name, types: mostly('Q4_K', { attn_v: 'Q6_K', token_embd: 'Q6_K' }), width, layers, heads, keyHeads: 8 },
      ...{ headWidth: 64, experts, expertsUsed: 8, expertWidth: 512, tied: true },
    }),
    49_155,
  );

const olmoe1b = (): Promise<Gguf> =>
  synthetic(
    olmoe({
      ...{ name: 'olmoe', types: mostly('Q4_K', { attn_v: 'Q6_K', output: 'Q6_K' }), width: 2048, layers: 16 },
      ...{ heads: 16, keyHeads: 16, headWidth: 128, experts: 64, expertsUsed: 8, expertWidth: 1024 },
    }),
    50_304,
  );

/** Headers in published shapes. */
const HEADERS: Readonly<Partial<Record<CatalogueId, () => Promise<Gguf>>>> = {
  'granite-3.1-1b-a400m': granite('granite-1b', 1024, 24, 16, 32),
  'granite-3.1-3b-a800m': granite('granite-3b', 1536, 32, 24, 40),
  'olmoe-1b-7b-0125': olmoe1b,
  'olmoe-1b-7b-0924': olmoe1b,
  'deepseek-v2-lite-chat-q4_0': published('DeepSeek-V2-Lite Q4_0'),
  'qwen3-30b-a3b-2507': published('Qwen3-30B-A3B Q4_K_M'),
  'lfm2-8b-a1b': published('LFM2-8B-A1B Q4_0'),
  'gpt-oss-20b': published('gpt-oss-20b MXFP4'),
};

export interface CatalogueCost {
  readonly id: CatalogueId;
  readonly entry: CatalogueEntry;
  readonly cost: DecodeCost;
  /** `shape`: of a header in its shapes; `size`: from its active weights. */
  readonly from: 'shape' | 'size';
  /** Bytes of the header's tensors, where there is one. */
  readonly headerBytes: number | null;
}

function costOf(gguf: Gguf): DecodeCost {
  return decodeCost(reserve(ANY_GPU, paperDevice(NO_LIMITS), gguf, { contextLength: 4096 }));
}

/** Launches a layer and beside the layers, of a small model of an architecture. */
async function launchesOf(architecture: string): Promise<(layers: number) => number> {
  for (const golden of goldenModels) {
    const gguf = await readGguf([new MemorySource(golden.build())]);
    if (gguf.metadata.optionalString('general.architecture') !== architecture) continue;
    const { steps } = reserve(ANY_GPU, paperDevice(NO_LIMITS), gguf);
    const inLayers = steps.decode.launches.filter(({ name }) => name.startsWith('blk.'));
    const layers = new Set(inLayers.map(({ name }) => name.split(' ')[0])).size;
    const besides = costOf(gguf).launches - inLayers.length;
    return (count) => Math.round((inLayers.length / layers) * count + besides);
  }
  throw new Error(`no small model is a ${architecture}`);
}

/** Activations, caches and scores, beside the active weights: as in the models whose shapes are known. */
const BESIDES = 1.06;

export async function catalogueCosts(): Promise<readonly CatalogueCost[]> {
  const launches = new Map<string, (layers: number) => number>();
  const costs: CatalogueCost[] = [];
  for (const entry of CATALOGUE) {
    const { id, architecture } = entry;
    const header = await HEADERS[id]?.();
    if (header !== undefined) {
      const headerBytes = [...header.tensors.values()].reduce(
        (sum, { type, shape }) =>
          sum +
          byteLengthOf(
            type,
            shape.reduce((product, size) => product * size, 1),
          ),
        0,
      );
      const cost = costOf(header);
      // The file may be quantized otherwise than the header here.
      const share = entry.bytes === null ? 1 : entry.bytes / headerBytes;
      costs.push({ id, entry, cost: { ...cost, bytes: Math.round(cost.bytes * share) }, from: 'shape', headerBytes });
      continue;
    }
    let count = launches.get(architecture);
    if (count === undefined) launches.set(architecture, (count = await launchesOf(architecture)));
    const size: number | null = entry.bytes;
    const bytesPerWeight = size === null ? 0.58 : size / entry.parameters;
    const cost = {
      bytes: Math.round(entry.activeParameters * bytesPerWeight * BESIDES),
      operations: 2 * entry.activeParameters,
      launches: count(LAYERS[id]),
    };
    costs.push({ id, entry, cost, from: 'size', headerBytes: null });
  }
  return costs;
}
