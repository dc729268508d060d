// Layers of one model whose experts differ in number, size, types and form: from the file to what they add to the residual stream.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGguf } from '../../formats/gguf.ts';
import { type TensorToWrite, writeGguf } from '../../formats/gguf-writer.ts';
import { MemorySource } from '../../formats/memory-source.ts';
import { TENSOR_TYPES } from '../../formats/tensor-types.ts';
import { BufferArena, readBuffer } from '../../gpu/buffers.ts';
import type { Gpu } from '../../gpu/device.ts';
import { NO_LIMITS, paperDevice } from '../../gpu/paper-device.ts';
import { encodeDispatches } from '../../gpu/plan.ts';
import { type ActivationFunction, isGated } from '../../kernels/activations.ts';
import { pagePlaces } from '../../kernels/experts.ts';
import { VEC_BYTES } from '../../kernels/packed-matrix.ts';
import { STEP } from '../../kernels/step.ts';
import type { WeightTypeName } from '../../kernels/weight-types.ts';
import { SequenceMemory } from '../../memory/sequence-memory.ts';
import { projectReference, type ReferenceMatrix, type ReferenceSides } from '../../reference/products.ts';
import { expertsReference, routeReference } from '../../reference/routing.ts';
import { StepBuffers } from '../../steps/step-buffers.ts';
import { StepBuilder } from '../../steps/step-builder.ts';
import { expectClose } from '../../testing/closeness.ts';
import { openTestGpu } from '../../testing/gpu.ts';
import { gaussian, generator } from '../../testing/random.ts';
import { randomMatrix } from '../../testing/random-weights.ts';
import { Weights } from '../../weights/weights.ts';
import { HyperParameters } from '../hyper-parameters.ts';
import type { ModelShape } from '../model.ts';
import { routedExperts } from './experts.ts';

const WIDTH = 64;
const TOKENS = 11;

interface LayerForm {
  readonly experts: number;
  readonly used: number;
  readonly hidden: number;
  readonly types: Readonly<Record<'gate' | 'up' | 'down', WeightTypeName>>;
  readonly activation: ActivationFunction;
  readonly biased: boolean;
  readonly scaled: boolean;
  /** Gate and up in one tensor. */
  readonly fused: boolean;
}

const plain = { biased: false, scaled: false, fused: false };
const LAYERS: readonly LayerForm[] = [
  {
    ...plain,
    ...{ experts: 5, used: 2, hidden: 32, activation: { kind: 'silu' } },
    types: { gate: 'Q8_0', up: 'Q4_0', down: 'F16' },
  },
  {
    ...plain,
    ...{ experts: 9, used: 4, hidden: 96, activation: { kind: 'squared-relu' }, biased: true },
    types: { gate: 'F32', up: 'F32', down: 'Q5_0' },
  },
  {
    ...{ experts: 3, used: 3, hidden: 36, activation: { kind: 'swiglu-oai' }, biased: true, scaled: true, fused: true },
    types: { gate: 'F16', up: 'F16', down: 'BF16' },
  },
];

type Projection = ReferenceMatrix & ReferenceSides;

interface RandomLayer extends LayerForm {
  readonly tensors: readonly TensorToWrite[];
  readonly router: Projection;
  readonly matrices: readonly {
    readonly gate: Projection | undefined;
    readonly up: Projection;
    readonly down: Projection;
  }[];
}

const random = generator(21);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function bytesOf(numbers: Float32Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(numbers.buffer);
}

function randomLayer(form: LayerForm, block: number): RandomLayer {
  const { experts, hidden, types, activation, biased, scaled, fused } = form;
  const make = (type: WeightTypeName, rows: number, columns: number) => ({
    ...randomMatrix(random, type, rows, columns),
    bias: biased ? gaussian(random, rows) : undefined,
    factor: scaled ? 0.5 + random() : undefined,
  });
  const made = Array.from({ length: experts }, () => {
    const gate = isGated(activation) ? make(types.gate, hidden, WIDTH) : undefined;
    const up = make(types.up, hidden, WIDTH);
    // One tensor has one factor.
    return { gate, up: fused && gate ? { ...up, factor: gate.factor } : up, down: make(types.down, WIDTH, hidden) };
  });
  const tensors: TensorToWrite[] = [];
  const f32 = (name: string, shape: readonly number[], numbers: readonly number[]): void => {
    tensors.push({ name, type: TENSOR_TYPES.F32, shape, data: bytesOf(Float32Array.from(numbers)) });
  };
  type Made = ReturnType<typeof make>;
  /** `parts` of each expert, one below the other. */
  const write = (what: string, parts: readonly (readonly Made[])[]): void => {
    const [first] = parts[0] ?? [];
    if (first === undefined) return;
    const stem = `blk.${block}.ffn_${what}_exps`;
    const rows = (parts[0] ?? []).reduce((sum, part) => sum + part.rows, 0);
    const data = joined(parts.flat().map(({ bytes }) => bytes));
    tensors.push({
      name: `${stem}.weight`,
      type: TENSOR_TYPES[first.type],
      shape: [first.columns, rows, experts],
      data,
    });
    if (biased)
      f32(
        `${stem}.bias`,
        [rows, experts],
        parts.flat().flatMap(({ bias }) => [...(bias ?? [])]),
      );
    if (scaled)
      f32(
        `${stem}.scale`,
        [experts],
        parts.map(([part]) => part?.factor ?? NaN),
      );
  };
  const gates = made.flatMap(({ gate }) => (gate ? [gate] : []));
  if (fused) {
    write(
      'gate_up',
      made.map(({ up }, e) => [gates[e] as Made, up]),
    );
  } else {
    write(
      'gate',
      gates.map((gate) => [gate]),
    );
    write(
      'up',
      made.map(({ up }) => [up]),
    );
  }
  write(
    'down',
    made.map(({ down }) => [down]),
  );
  const router = { ...randomMatrix(random, 'F32', experts, WIDTH), bias: gaussian(random, experts) };
  tensors.push({
    name: `blk.${block}.ffn_gate_inp.weight`,
    type: TENSOR_TYPES.F32,
    shape: [WIDTH, experts],
    data: router.bytes,
  });
  f32(`blk.${block}.ffn_gate_inp.bias`, [experts], [...router.bias]);
  return { ...form, tensors, router, matrices: made };
}

const layers = LAYERS.map(randomLayer);
const file = writeGguf({ metadata: [], tensors: layers.flatMap(({ tensors }) => tensors) });
const ROUTING = { gating: 'sigmoid', normalize: true } as const;

/** What the layers together add for x [width]. */
function expected(x: Float32Array): Float32Array {
  const y = new Float32Array(WIDTH);
  for (const { router, matrices, experts, used, activation } of layers) {
    const routing = { ...ROUTING, experts, used, groups: 1, groupsUsed: 1, hasBias: false, hasLogitBias: true };
    const routes = routeReference([...projectReference(router, x)], [], { ...routing, weightScale: 1 });
    expertsReference(activation, matrices, routes, x).forEach((value, i) => {
      y[i] = (y[i] ?? NaN) + value;
    });
  }
  return y;
}

// What is tested is how layers are put together; that kernels agree is in kernels/experts.test.ts.
describe('layers with different experts', () => {
  let gpu: Gpu;
  beforeAll(async () => {
    gpu = await openTestGpu({ profile: 'rows', subgroups: false });
  });
  afterAll(() => gpu.device.destroy());

  test('take exactly the memory of their pages, and add what they are to', async () => {
    const gguf = await readGguf([new MemorySource(file)]);
    const blocksOf = (weights: Weights) =>
      layers.map(({ experts, used, hidden, activation }, layer) => {
        const shape = { width: WIDTH, experts, expertsUsed: used } as ModelShape;
        const header = new HyperParameters(gguf.metadata, 'a');
        return routedExperts(header, weights, shape, { ...ROUTING, hidden, activation })(layer);
      });
    const arena = new BufferArena(gpu.device);
    const weights = new Weights(gguf, gpu.device, arena);
    const blocks = blocksOf(weights);
    weights.layOutExperts();

    const paper = paperDevice(NO_LIMITS);
    const onPaper = new Weights(gguf, paper, new BufferArena(paper));
    blocksOf(onPaper);
    onPaper.layOutExperts();
    const pages = layers.map(({ types, biased, scaled, activation, experts, hidden }) => {
      const sides = { hasBias: biased, hasFactor: scaled };
      const gate = isGated(activation) ? { type: types.gate, ...sides } : undefined;
      const layout = { gate, up: { type: types.up, ...sides }, down: { type: types.down, ...sides } };
      return experts * pagePlaces({ ...layout, width: WIDTH, hidden }).end * VEC_BYTES;
    });
    expect(weights.expertBytes).toBe(pages.reduce((sum, bytes) => sum + bytes, 0));
    expect(onPaper.expertBytes).toBe(weights.expertBytes);
    expect(weights.unasked()).toEqual([]);
    await weights.load(gpu);

    const routed = layers.map(({ experts, used }, layer) => ({ layer, experts, used }));
    const shape = { maxTokens: TOKENS, contextLength: 16, vocabularySize: 8, routed };
    const buffers = new StepBuffers(gpu.device, shape);
    const memory = new SequenceMemory(gpu.device, { ...shape, kvFormat: 'f32', stepsAhead: 1 });
    for (const size of ['one', 'many'] as const) {
      const tokens = size === 'one' ? 1 : TOKENS;
      const step = new StepBuilder(gpu, buffers, memory, size);
      const x = step.activation('x', WIDTH);
      const y = step.activation('y', WIDTH);
      for (const block of blocks) block.write(step, { x, y, scale: 1, residual: y });
      const plan = await step.finish(gpu);
      const { queue } = gpu.device;
      const given = gaussian(random, tokens * WIDTH, 1 / 4);
      queue.writeBuffer(buffers.step.buffer, buffers.step.offset, STEP.write({ tokens }));
      queue.writeBuffer(x.region.buffer, x.region.offset, given);
      queue.writeBuffer(y.region.buffer, y.region.offset, new Float32Array(tokens * WIDTH));
      const encoder = gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      encodeDispatches(pass, plan, tokens);
      pass.end();
      queue.submit([encoder.finish()]);
      const found = new Float32Array(await readBuffer(gpu.device, y.region, tokens * WIDTH * 4));
      for (let t = 0; t < tokens; t++) {
        const [from, to] = [t * WIDTH, (t + 1) * WIDTH];
        expectClose(found.subarray(from, to), expected(given.subarray(from, to)), 2e-5);
      }
    }
    for (const each of [arena, buffers, memory]) each.destroy();
  });
});
