// Every variant of every kernel, at shapes that models have and at odd ones, so that all shaders can be compiled without a
// model: `npm run check:shaders`.
import { ROUTER_TYPE_NAMES, WEIGHT_TYPE_NAMES, type WeightTypeName } from './weight-types.ts';
import type { Kernel } from '../gpu/kernel.ts';
import {
  attention,
  attentionMerge,
  type AttentionShape,
  headTransposed,
  KV_FORMATS,
  kvRow,
  kvWriteQ80,
} from './attention.ts';
import type { KvFormat } from './attention.ts';
import { deltaNet, type DeltaNet, gatedNorm } from './delta-net.ts';
import { attentionShared, sharesReads } from './attention-shared.ts';
import { causalConv, type CausalConv } from './causal-conv.ts';
import { type ActivationFunction, isGated, SILU } from './activations.ts';
import {
  combine,
  expertDown,
  expertGateUp,
  expertMatmul,
  gateRows,
  pagePlaces,
  type PoolShape,
  sortRoutes,
} from './experts.ts';
import type { ExpertProjection, MatrixLayout, PageLayout } from './experts.ts';
import { ACTIVATION_FRAGMENTS, POOL_FRAGMENTS } from './fragments.ts';
import { matmul } from './matmul.ts';
import { gateUp, gateUpParts, GATE_UP_PARTS, matvec } from './matvec.ts';
import { placeMatrix, rowUnits } from './packed-matrix.ts';
import { placeHeads, type PlaceHeads, placeLatent, type PlaceLatent } from './place-heads.ts';
import { addBias, addNormed, embed, repack, rmsNorm, softcap } from './pointwise.ts';
import { type Gating, GATINGS, router, type RouterShape, chooser } from './router.ts';
import { samplingKernels } from './sampling.ts';
import { selectiveScan, type SelectiveScan } from './selective-scan.ts';
import type { KernelTarget } from './target.ts';

/** Literal keys of a constant table. */
function keysOf<Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(table) as Key[];
}

const POOL_COUNTS = Object.keys(POOL_FRAGMENTS).map(Number) as PoolShape['pools'][];
const PROJECTIONS = ['gate', 'up', 'down'] as const satisfies ExpertProjection[];

/** DeepSeek-V3's, Qwen3's, more experts than any model has in 2026, and a small odd one. */
const ROUTINGS: readonly Omit<RouterShape, 'type' | 'gating'>[] = [
  {
    width: 7168,
    experts: 256,
    used: 8,
    groups: 8,
    groupsUsed: 4,
    hasBias: true,
    hasLogitBias: false,
    normalize: true,
    weightScale: 2.5,
  },
  {
    width: 2048,
    experts: 128,
    used: 8,
    groups: 1,
    groupsUsed: 1,
    hasBias: false,
    hasLogitBias: true,
    normalize: true,
    weightScale: 1,
  },
  {
    width: 2048,
    experts: 512,
    used: 10,
    groups: 1,
    groupsUsed: 1,
    hasBias: true,
    hasLogitBias: false,
    normalize: true,
    weightScale: 1,
  },
  {
    width: 36,
    experts: 5,
    used: 2,
    groups: 1,
    groupsUsed: 1,
    hasBias: false,
    hasLogitBias: false,
    normalize: false,
    weightScale: 1,
  },
];

const GROUPED = { heads: 32, kvHeads: 4, keyDim: 128, valueDim: 128, keyRow: 512, valueRow: 512, scale: 0.08 };
const LATENT = { heads: 128, kvHeads: 1, keyDim: 576, valueDim: 512, keyRow: 576, valueRow: 576, scale: 0.07 };
const HEAD_GATES = { token: 5152, head: 1, offset: 5120 };
const GATE_STRIDE = { token: 8192, head: 256, offset: 128 };

/** Grouped-query attention, latent attention of DeepSeek, heads smaller than a workgroup, and all that bends attention. */
const ATTENTIONS: readonly Omit<AttentionShape, 'splits'>[] = [
  GROUPED,
  LATENT,
  { heads: 3, kvHeads: 3, keyDim: 20, valueDim: 12, keyRow: 60, valueRow: 36, scale: 0.2 },
  { ...GROUPED, window: 128, ringRows: 384, hasSinks: true },
  { ...GROUPED, window: 1024, softcap: 50, gate: { per: 'number', opening: 'sigmoid', stride: GATE_STRIDE } },
  { ...GROUPED, gate: { per: 'head', opening: 'softplus', stride: HEAD_GATES } },
  {
    ...LATENT,
    temperature: { factor: 0.1, length: 8192 },
    gate: { per: 'head', opening: 'sigmoid', stride: HEAD_GATES },
  },
];

/** Qwen3.5's, Kimi Delta Attention in Ling 3.0, and an odd one. */
const DELTA_NETS: readonly DeltaNet[] = [
  {
    heads: 32,
    keyHeads: 16,
    order: 'dealt',
    keyDim: 128,
    valueDim: 128,
    xToken: 8192,
    decay: { kind: 'head' },
    beta: { token: 12_352, start: 12_288 },
    gate: { token: 12_352, start: 12_320 },
    epsilon: 1e-6,
    scale: 0.09,
  },
  {
    heads: 16,
    keyHeads: 16,
    order: 'dealt',
    keyDim: 128,
    valueDim: 128,
    xToken: 6144,
    decay: { kind: 'channel', lowerBound: -5 },
    beta: { token: 10_256, start: 10_240 },
    gate: { token: 10_256, start: 6144 },
    epsilon: 1e-6,
    scale: 0.09,
  },
  {
    heads: 3,
    keyHeads: 1,
    order: 'grouped',
    keyDim: 12,
    valueDim: 20,
    xToken: 84,
    decay: { kind: 'head' },
    beta: { token: 3, start: 0 },
    gate: { token: 3, start: 0 },
    epsilon: 0,
    scale: 1,
  },
];

/** LFM2's, Mamba-2's, and an odd one. */
const CONVOLUTIONS: readonly CausalConv[] = [
  { form: 'gated', taps: 3, channels: 2048, hasBias: false, xToken: 3 * 2048, xStart: 0 },
  { form: 'silu', taps: 4, channels: 3328, hasBias: true, xToken: 6448, xStart: 3072 },
  { form: 'silu', taps: 2, channels: 20, hasBias: false, xToken: 20, xStart: 0 },
];

/** Granite 4.0's, Nemotron 3's, and an odd one. */
const SCANS: readonly SelectiveScan[] = [
  { heads: 48, groups: 1, headDim: 64, stateSize: 128 },
  { heads: 64, groups: 8, headDim: 64, stateSize: 128 },
  { heads: 3, groups: 3, headDim: 12, stateSize: 20 },
];

const VOCABULARIES = [7, 4096, 151_936, 262_144];

/** Every kernel that any model can ask for on such a device. */
export function everyKernel(target: KernelTarget): readonly Kernel[] {
  return [
    ...WEIGHT_TYPE_NAMES.flatMap((type) => typedKernels(target, type)),
    ...activationKernels(target),
    ...KV_FORMATS.flatMap((format) => cacheKernels(target, format)),
    ...pointwiseKernels(target),
    ...VOCABULARIES.flatMap((size) => Object.values(samplingKernels(target, size))),
  ];
}

/** Routers are in F32 in all files but a few. */
function routingsIn(type: WeightTypeName): readonly Omit<RouterShape, 'type' | 'gating'>[] {
  if (type === 'F32') return ROUTINGS;
  return ROUTER_TYPE_NAMES.includes(type) ? ROUTINGS.slice(0, 1) : [];
}

/** Those that read weights of a type. */
function typedKernels(target: KernelTarget, type: WeightTypeName): Kernel[] {
  const [rows, columns] = [1030, 2048];
  const repackKernel = repack(type);
  const embedding = { type, rows: 1000, firstRow: 500, rowUnits: rowUnits(columns), width: columns, scale: 12 };
  const absorbed = {
    type,
    matrixRows: 4096,
    columns: 512,
    rowUnits: rowUnits(512),
    inner: 128,
    xToken: 16 * 192,
    xHead: 192,
    yToken: 16 * 576,
    yHead: 576,
    wHead: 256,
    wStart: 0,
  };
  return [
    ...(repackKernel ? [repackKernel] : []),
    ...ROW_PRODUCTS.flatMap((shape) => [
      matvec(target, type, shape).kernel,
      matvec(target, type, shape, SILU, { length: 2048, epsilon: 1e-6 }).kernel,
    ]),
    ...gateUpKernels(target, type, SILU),
    matmul(target, type, rows).kernel,
    embed(target, embedding).kernel,
    headTransposed(target, absorbed).kernel,
    ...routingsIn(type).flatMap((routing) =>
      keysOf<Gating>(GATINGS).flatMap((gating) => [
        router(target, { ...routing, type, gating }),
        chooser(target, { ...routing, gating }),
        ...(type === 'F32' ? [chooser(target, { ...routing, gating }, { length: 2048, epsilon: 1e-6 })] : []),
      ]),
    ),
    ...POOL_COUNTS.flatMap((pools) => expertKernels(target, type, pools)),
  ];
}

/** The first half of a dense feed-forward, in one launch and in two. */
function gateUpKernels(target: KernelTarget, type: WeightTypeName, activation: ActivationFunction): Kernel[] {
  const [rows, columns] = [1030, 2048];
  const matrix = { type, hasBias: true, hasFactor: true };
  const gate = placeMatrix(matrix, rows, columns, 0);
  const up = placeMatrix(matrix, rows, columns, gate.end);
  const shape = { rows, rowUnits: rowUnits(columns), gate: gate.place, up: up.place, activation };
  return keysOf(GATE_UP_PARTS).map((part) => gateUp(target, part, shape).kernel);
}

/** Each activation once, in a type of which there are others in plenty. */
function activationKernels(target: KernelTarget): Kernel[] {
  return keysOf(ACTIVATION_FRAGMENTS).flatMap((kind) => {
    const activation: ActivationFunction = kind === 'clamped-silu' ? { kind, limit: 7 } : { kind };
    return [
      matvec(target, 'Q8_0', { rows: 1030, units: 64 }, activation).kernel,
      matmul(target, 'Q8_0', 1030, activation).kernel,
      ...gateUpKernels(target, 'Q8_0', activation),
      ...expertKernels(target, 'Q8_0', 1, activation),
    ];
  });
}

function expertKernels(
  target: KernelTarget,
  type: WeightTypeName,
  pools: PoolShape['pools'],
  activation: ActivationFunction = SILU,
): Kernel[] {
  const matrix: MatrixLayout = { type, hasBias: pools > 1, hasFactor: pools > 1 };
  const other: MatrixLayout = { ...matrix, type: type === 'Q8_0' ? 'Q4_0' : 'Q8_0' };
  const layout: PageLayout = {
    gate: isGated(activation) ? matrix : undefined,
    up: matrix,
    down: matrix,
    width: 2048,
    hidden: 768,
  };
  const layouts = pools === 1 && layout.gate ? [layout, { ...layout, gate: other }] : [layout];
  const pool: PoolShape = { pools, slotsPerPool: 48, pageVecs: pagePlaces(layout).end };
  return [
    ...layouts.flatMap((one) =>
      gateUpParts(one).map((part) => expertGateUp(target, part, one, pool, activation).kernel),
    ),
    expertDown(target, layout, pool, { used: 8, scale: 1 }).kernel,
    ...PROJECTIONS.filter((which) => layout[which]).map(
      (projection) => expertMatmul(target, projection, layout, pool, 8, activation).kernel,
    ),
  ];
}

/** Products of one token with few rows, with x in workgroup memory, and with more of x than fits there. */
const ROW_PRODUCTS = [
  { rows: 128, units: 64 },
  { rows: 4096, units: 45 },
  { rows: 4096, units: 64 },
  { rows: 4096, units: 128 },
  { rows: 4096, units: 256 },
] as const;

const NEOX = { ropeDim: 128, pairing: 'neox' } as const;
const HEADS = { heads: 32, kvHeads: 4, keyDim: 128, valueDim: 128, valueNorm: false, epsilon: 1e-6 };
const HEAD_ROW = { token: 5120, queryHead: 128, keyStart: 4096, valueStart: 4608 };

/** Qwen3's, OLMoE's, GPT-OSS's, heads with gates behind the queries, Gemma 4's, and odd ones that are not rotated. */
const HEAD_FORMS: readonly Omit<PlaceHeads, 'keyRow' | 'valueRow'>[] = [
  { ...HEADS, norm: 'head', rope: NEOX, x: HEAD_ROW },
  { ...HEADS, norm: 'row', rope: NEOX, x: HEAD_ROW },
  { ...HEADS, norm: undefined, rope: NEOX, x: HEAD_ROW, ringRows: 384 },
  {
    ...{ ...HEADS, norm: 'head', rope: { ropeDim: 64, pairing: 'interleaved' } },
    x: { token: 9216, queryHead: 256, keyStart: 8192, valueStart: 8704 },
  },
  {
    ...{ ...HEADS, norm: 'head', rope: NEOX, valueNorm: true },
    x: { token: 4608, queryHead: 128, keyStart: 4096, valueStart: 4096 },
  },
  {
    ...{ ...HEADS, heads: 3, kvHeads: 3, keyDim: 20, valueDim: 12, norm: undefined, rope: undefined },
    x: { token: 156, queryHead: 20, keyStart: 60, valueStart: 120 },
  },
];

/** DeepSeek-V2-Lite's, and DeepSeek-V3's, whose queries come from elsewhere. */
const LATENT_FORMS: readonly PlaceLatent[] = [
  {
    ...{ heads: 16, latent: 512, rope: { ropeDim: 64, pairing: 'interleaved' }, epsilon: 1e-6, cacheRow: 576 },
    ...{ kv: { token: 3648, start: 3072 }, x: { token: 3648, head: 192, start: 128 } },
  },
  {
    ...{ heads: 128, latent: 512, rope: { ropeDim: 64, pairing: 'neox' }, epsilon: 1e-6, cacheRow: 576 },
    ...{ kv: { token: 2112, start: 1536 }, x: { token: 24_576, head: 192, start: 128 } },
  },
];

/** Those that read or write the KV cache. */
function cacheKernels(target: KernelTarget, format: KvFormat): Kernel[] {
  const rows = ({ keyRow, valueRow }: Omit<AttentionShape, 'splits'>): Pick<AttentionShape, 'keyRow' | 'valueRow'> => ({
    keyRow: kvRow(format, keyRow),
    valueRow: kvRow(format, valueRow),
  });
  return [
    ...(format === 'q8_0'
      ? [undefined, 384].map((ringRows) => kvWriteQ80(target, { length: 512, xToken: 576, ringRows }).kernel)
      : []),
    ...LATENT_FORMS.map((form) => placeLatent(target, format === 'q8_0' ? 'none' : format, form).kernel),
    ...HEAD_FORMS.map((form) => {
      const row = { keyRow: form.kvHeads * form.keyDim, valueRow: form.kvHeads * form.valueDim };
      return placeHeads(target, format === 'q8_0' ? 'none' : format, { ...form, ...row }).kernel;
    }),
    ...ATTENTIONS.flatMap((shape) =>
      [1, 8].flatMap((splits) => {
        const whole = { ...shape, ...rows(shape), splits };
        const shared = sharesReads(target, shape)
          ? [attentionShared(format, whole, splits === 1 ? 'many' : 'one').kernel]
          : [];
        return [attention(target, format, whole).kernel, ...shared];
      }),
    ),
  ];
}

function pointwiseKernels(target: KernelTarget): Kernel[] {
  const bias = addBias(target, 2048, 0.5);
  const norm = { length: 2048, segments: 1, xToken: 2048, yToken: 2048, epsilon: 1e-6, lastOnly: false };
  return [
    bias.kernel,
    addNormed(target, { length: 2048, epsilon: 1e-6, scale: 1, hasFactor: false }).kernel,
    addNormed(target, { length: 2048, epsilon: 1e-6, scale: 1, hasFactor: true }).kernel,
    softcap(target, 262_144, 30).kernel,
    rmsNorm(target, norm).kernel,
    rmsNorm(target, { ...norm, centred: true }).kernel,
    rmsNorm(target, { ...norm, length: 128, segments: 32, lastOnly: true }).kernel,
    rmsNorm(target, { ...norm, length: 128, segments: 16, weightSegment: 128, scale: 0.02 }).kernel,
    ...ATTENTIONS.map((shape) => attentionMerge(target, { ...shape, splits: 8 }).kernel),
    ...ROUTINGS.map(({ experts, used }) => sortRoutes(target, { experts, used, upGroups: 12, downGroups: 32 })),
    combine(target, { width: 2048, used: 8, scale: 1 }).kernel,
    ...CONVOLUTIONS.map((shape) => causalConv(target, shape).kernel),
    ...SCANS.map((shape) => selectiveScan(target, shape).kernel),
    gateRows(target, { width: 2048, hidden: 512 }).kernel,
    ...DELTA_NETS.map((shape) => deltaNet(target, shape).kernel),
    ...(['silu', 'sigmoid'] as const).map(
      (opening) =>
        gatedNorm(target, { heads: 32, length: 128, z: { token: 4096, start: 0 }, epsilon: 1e-6, opening }).kernel,
    ),
  ];
}
