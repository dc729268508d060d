import { describe, expect, test } from 'vitest';
import { goldenModels } from '../../oracle/models.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { reserve } from '../generate/reserve.ts';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import type { KernelTarget } from '../kernels/target.ts';

const TARGETS: readonly KernelTarget[] = [
  { profile: 'rows', f16: false, subgroups: true, subgroupSize: 4 },
  { profile: 'lanes', f16: true, subgroups: true, subgroupSize: 32, workgroupBytes: 49_152 },
];

/**
 * Launches of a decoded token in each layer, with `rows` and with `lanes`: one small model of each kind of layer. On a fast GPU a launch takes as long as
 * some megabytes of weights, so one more is a regression.
 */
const LAUNCHES: Readonly<Record<string, readonly [rows: readonly number[], lanes: readonly number[]]>> = {
  'deepseek2-lite-f32': [
    [10, 13, 13],
    [10, 13, 13],
  ],
  'deepseek2-v3-q6_k': [
    [11, 14],
    [11, 14],
  ],
  'olmoe-f32': [
    [8, 8],
    [9, 9],
  ],
  'qwen3moe-f16': [
    [9, 9],
    [9, 9],
  ],
  'bailingmoe2-q8_0': [
    [8, 11, 11],
    [8, 11, 11],
  ],
  'lfm2moe-q4_0': [
    [6, 9, 7],
    [6, 9, 7],
  ],
  'granitehybrid-experts-q8_0': [
    [11, 11, 11],
    [11, 11, 11],
  ],
  'nemotron_h_moe-q5_0': [
    [5, 6, 5, 6],
    [5, 6, 5, 6],
  ],
  'qwen35moe-q4_0': [
    [13, 13, 12],
    [13, 13, 12],
  ],
  'qwen3next-q8_0': [
    [12, 12, 12],
    [12, 12, 12],
  ],
  'bailingmoe3-q8_0': [
    [8, 11, 13],
    [8, 11, 13],
  ],
  'gpt-oss-mxfp4': [
    [9, 9, 9],
    [9, 9, 9],
  ],
  'mellum-period-q8_0': [
    [9, 9, 9, 9],
    [9, 9, 9, 9],
  ],
  'afmoe-q8_0': [
    [10, 10, 13, 13, 13],
    [10, 10, 13, 13, 13],
  ],
  'cohere2moe-unshared-f16': [
    [9, 9, 9, 9, 9],
    [10, 10, 10, 10, 10],
  ],
  'gemma4-tied-q4_0': [
    [16, 16, 17],
    [18, 18, 18],
  ],
  'phimoe-q8_0': [
    [12, 12],
    [13, 13],
  ],
  'smallthinker-q4_0': [
    [9, 9],
    [10, 10],
  ],
};

describe.each(TARGETS)('$profile', (target) => {
  test.each(Object.keys(LAUNCHES))('%s', async (name) => {
    const golden = goldenModels.find((model) => model.name === name);
    if (golden === undefined) throw new Error(`There is no model ${name}.`);
    const gguf = await readGguf([new MemorySource(golden.build())]);
    const { steps } = reserve(target, paperDevice(NO_LIMITS), gguf, { chunkTokens: 16 });
    const layers: number[] = [];
    for (const launch of steps.decode.launches) {
      const layer = /^blk\.(\d+) /.exec(launch.name)?.[1];
      if (layer !== undefined) layers[Number(layer)] = (layers[Number(layer)] ?? 0) + 1;
    }
    expect(layers).toEqual(LAUNCHES[name]?.[target.profile === 'rows' ? 0 : 1]);
  });
});
