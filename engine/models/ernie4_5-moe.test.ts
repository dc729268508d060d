import { expect, test } from 'vitest';
import { interleavedErnie } from '../../oracle/experts-architectures.ts';
import { readGguf } from '../formats/gguf.ts';
import { MemorySource } from '../formats/memory-source.ts';
import { reserve } from '../generate/reserve.ts';
import { NO_LIMITS, paperDevice } from '../gpu/paper-device.ts';

// llama.cpp computes such models, but its loader wants experts in each layer behind the dense ones: there is no golden of them.
test('experts in every second layer behind a dense one, dense feed-forwards in the others', async () => {
  const model = interleavedErnie({
    ...{ name: 'interleaved', types: 'Q8_0', layers: 6, width: 64, heads: 4, keyHeads: 2, headWidth: 16 },
    ...{ experts: 8, expertsUsed: 2, expertWidth: 32, sharedWidth: 96, denseWidth: 96 },
  });
  const gguf = await readGguf([new MemorySource(model.build())]);
  const target = { profile: 'rows', f16: false, subgroups: false } as const;
  const { routed } = reserve(target, paperDevice(NO_LIMITS), gguf, { contextLength: 64 }).model;
  expect(routed.map(({ layer }) => layer)).toEqual([1, 3, 5]);
});
