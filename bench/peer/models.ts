import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { WeightTypeName } from '../../engine/kernels/weight-types.ts';
import { deepseek2, qwen3moe } from '../../oracle/architectures.ts';
import { qwen35 } from '../../oracle/delta-architectures.ts';
import type { RandomModel } from '../../oracle/random-model.ts';
import { granite, lfm2 } from '../../oracle/recurrent-architectures.ts';
import { gptOss } from '../../oracle/window-architectures.ts';
import { BENCH_SHAPE } from '../random-model.ts';

const FOLDER = '.cache/bench';

const DENSE = { denseLayers: 1, denseWidth: 1024 } as const;

function qwen(name: string, types: WeightTypeName): RandomModel {
  return qwen3moe({ ...BENCH_SHAPE, name, types });
}

/** Latent attention in DeepSeek-V2-Lite's proportions. */
function deepseek(name: string, types: WeightTypeName): RandomModel {
  return deepseek2({
    ...{ ...BENCH_SHAPE, ...DENSE, name, types },
    ...{ nope: 64, rope: 32, value: 64, kvRank: 256, queryRank: 0, keyValue: 'split' },
    ...{ sharedExperts: 1, gating: 'softmax', weightsNorm: false, weightsScale: 1 },
  });
}

/** A file of each kind of layer, random weights. */
const MODELS = {
  'qwen3moe-q8_0': (name) => qwen(name, 'Q8_0'),
  'qwen3moe-q4_0': (name) => qwen(name, 'Q4_0'),
  'deepseek2-q8_0': (name) => deepseek(name, 'Q8_0'),
  'deepseek2-q4_0': (name) => deepseek(name, 'Q4_0'),
  /** Short convolutions. */
  'lfm2moe-q4_0': (name) => lfm2({ ...BENCH_SHAPE, ...DENSE, name, types: 'Q4_0', pattern: 'SSASSASS' }),
  /** Gated delta nets. */
  'qwen35moe-q4_0': (name) =>
    qwen35({
      ...{ ...BENCH_SHAPE, name, types: 'Q4_0', pattern: 'DDDADDDA', keyHeads: 2, denseWidth: 256 },
      ...{ ropeWidth: 32, ropeSections: [4, 6, 6, 0], deltaHeads: 8, deltaKeyHeads: 4, deltaWidth: 64 },
    }),
  /** Mamba-2. */
  'granitehybrid-q4_0': (name) =>
    granite({
      ...{ ...BENCH_SHAPE, ...DENSE, name, types: 'Q4_0', pattern: 'SSSASSSA', sharedWidth: 256, positions: false },
      ...{ inner: 1024, scanHeads: 16, groups: 1, stateSize: 128 },
    }),
  /** Windows, sinks and MXFP4. */
  'gpt-oss-mxfp4': (name) =>
    gptOss({
      ...{ ...BENCH_SHAPE, name, window: 128 },
      types: (tensor) => (tensor.endsWith('_exps') ? 'MXFP4' : 'Q8_0'),
    }),
} as const satisfies Record<string, (name: string) => RandomModel>;

export type PeerModelName = keyof typeof MODELS;
export const PEER_MODELS = Object.keys(MODELS) as readonly PeerModelName[];

/** Where the file lies, which is made once. */
export function peerModelPath(name: PeerModelName): string {
  const path = `${FOLDER}/peer-${name}.gguf`;
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, MODELS[name](name).build());
  return path;
}
