import { describe, expect, test } from 'vitest';
import { goldenModels } from '../../oracle/models.ts';
import { readGguf } from '../formats/gguf.ts';
import type { Gguf, GgufTensor } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { headerFacts } from '../generate/model-facts.ts';
import { type Reservation, reserve } from '../generate/reserve.ts';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';
import { everyKernel } from '../kernels/registry.ts';
import type { KernelTarget } from '../kernels/target.ts';
import { WEIGHT_TYPES, type WeightTypeName } from '../kernels/weight-types.ts';
import { COST_RULES } from './rules.ts';
import { addCosts, mainOf, stepCosts } from './step-cost.ts';

const TARGETS: readonly KernelTarget[] = [
  { profile: 'rows', f16: false, subgroups: true, subgroupSize: 4 },
  { profile: 'lanes', f16: false, subgroups: false },
  { profile: 'lanes', f16: true, subgroups: true, subgroupSize: 32, workgroupBytes: 49_152 },
];

test('every kernel that a step can launch has a rule, and every rule a kernel', () => {
  const mains = new Set(TARGETS.flatMap((target) => everyKernel(target).map(mainOf)));
  const launched = [...mains].filter((name) => !name.startsWith('repack_'));
  expect(launched.filter((name) => COST_RULES[name] === undefined)).toEqual([]);
  // Tiles of attention depend on the device's memory, so the registry has none of them.
  expect(Object.keys(COST_RULES).filter((name) => !mains.has(name) && name !== 'attention_tiled')).toEqual([]);
});

/** Bytes that a decoded token reads of the file's matrices as they are packed: counted from the tensors, not from launches. */
function matrixBytes({ tensors }: Gguf, experts: number, used: number): number {
  const bytesOfTensor = ({ shape, type }: GgufTensor, rows: number): number => {
    const unitBytes = WEIGHT_TYPES[type.name as WeightTypeName].planes.reduce<number>((sum, bytes) => sum + bytes, 0);
    return rows * Math.ceil((shape[0] ?? 0) / 32) * unitBytes;
  };
  // Blocks for multi-token prediction are not run.
  const isPredictor = (name: string): boolean =>
    tensors.has(`${/^blk\.\d+\./.exec(name)?.[0] ?? ''}nextn.eh_proj.weight`);
  let sum = 0;
  for (const tensor of tensors.values()) {
    const { name, shape } = tensor;
    if (
      shape.length < 2 ||
      !name.endsWith('.weight') ||
      /\.conv\.|_conv|ffn_gate_inp_shexp|ssm_[ad]$|ssm_norm/.test(name)
    )
      continue;
    if (!/^(output|blk\.\d+\.(attn|ffn|ssm|shortconv))/.test(name)) continue;
    if (isPredictor(name)) continue;
    const rows = shape.slice(1).reduce((product, size) => product * size, 1);
    sum += bytesOfTensor(tensor, name.includes('_exps.') ? (rows / experts) * used : rows);
  }
  const embedding = tensors.get('token_embd.weight');
  if (embedding === undefined) throw new Error('no embedding');
  return sum + bytesOfTensor(embedding, tensors.has('output.weight') ? 1 : 1 + (embedding.shape[1] ?? 0));
}

function onPaper(gguf: Gguf, target: KernelTarget): Reservation {
  return reserve(target, paperDevice(NO_LIMITS), gguf, { chunkTokens: 16 });
}

describe.each(TARGETS)('for $profile, f16 $f16', (target) => {
  test.each([...goldenModels])('$name: a token reads the bytes of its active matrices', async (golden) => {
    const gguf = await readGguf([new MemorySource(golden.build())]);
    const { steps } = onPaper(gguf, target);
    const place = { tokens: 1, position: 7 };
    const total = addCosts(stepCosts([...steps.decode.launches, ...steps.output.launches], place));
    const { experts, expertsUsed } = headerFacts(gguf);
    expect(total.weights).toBe(matrixBytes(gguf, experts, expertsUsed));
    const many = stepCosts(steps.prefill.launches, { tokens: 16, position: 0 });
    const prefill = addCosts(many);
    for (const value of [...Object.values(total), ...Object.values(prefill)]) expect(value).toBeGreaterThan(0);
  });
});
