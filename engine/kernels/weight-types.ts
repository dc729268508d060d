import dequantBf16 from '../../shaders/lib/dequant_bf16.wgsl?raw';
import dequantF16 from '../../shaders/lib/dequant_f16.wgsl?raw';
import dequantF32 from '../../shaders/lib/dequant_f32.wgsl?raw';
import dequantIq1M from '../../shaders/lib/dequant_iq1_m.wgsl?raw';
import dequantIq1S from '../../shaders/lib/dequant_iq1_s.wgsl?raw';
import dequantIq2S from '../../shaders/lib/dequant_iq2_s.wgsl?raw';
import dequantIq2Xs from '../../shaders/lib/dequant_iq2_xs.wgsl?raw';
import dequantIq2Xxs from '../../shaders/lib/dequant_iq2_xxs.wgsl?raw';
import dequantIq3S from '../../shaders/lib/dequant_iq3_s.wgsl?raw';
import dequantIq3Xxs from '../../shaders/lib/dequant_iq3_xxs.wgsl?raw';
import dequantIq4Nl from '../../shaders/lib/dequant_iq4_nl.wgsl?raw';
import dequantIq4Xs from '../../shaders/lib/dequant_iq4_xs.wgsl?raw';
import dequantMxfp4 from '../../shaders/lib/dequant_mxfp4.wgsl?raw';
import dequantNvfp4 from '../../shaders/lib/dequant_nvfp4.wgsl?raw';
import dequantQ10 from '../../shaders/lib/dequant_q1_0.wgsl?raw';
import dequantQ20 from '../../shaders/lib/dequant_q2_0.wgsl?raw';
import dequantQ2K from '../../shaders/lib/dequant_q2_k.wgsl?raw';
import dequantQ3K from '../../shaders/lib/dequant_q3_k.wgsl?raw';
import dequantQ40 from '../../shaders/lib/dequant_q4_0.wgsl?raw';
import dequantQ41 from '../../shaders/lib/dequant_q4_1.wgsl?raw';
import dequantQ4K from '../../shaders/lib/dequant_q4_k.wgsl?raw';
import dequantQ50 from '../../shaders/lib/dequant_q5_0.wgsl?raw';
import dequantQ51 from '../../shaders/lib/dequant_q5_1.wgsl?raw';
import dequantQ5K from '../../shaders/lib/dequant_q5_k.wgsl?raw';
import dequantQ6K from '../../shaders/lib/dequant_q6_k.wgsl?raw';
import dequantQ80 from '../../shaders/lib/dequant_q8_0.wgsl?raw';
import dequantTq20 from '../../shaders/lib/dequant_tq2_0.wgsl?raw';
import dotAffine from '../../shaders/lib/dot_affine.wgsl?raw';
import dotPlain from '../../shaders/lib/dot_plain.wgsl?raw';
import e2m1 from '../../shaders/lib/e2m1.wgsl?raw';
import gridIq1 from '../../shaders/lib/grid_iq1.wgsl?raw';
import gridIq2S from '../../shaders/lib/grid_iq2_s.wgsl?raw';
import gridIq2Xs from '../../shaders/lib/grid_iq2_xs.wgsl?raw';
import gridIq2Xxs from '../../shaders/lib/grid_iq2_xxs.wgsl?raw';
import gridIq3S from '../../shaders/lib/grid_iq3_s.wgsl?raw';
import gridIq3Xxs from '../../shaders/lib/grid_iq3_xxs.wgsl?raw';
import iq1Point from '../../shaders/lib/iq1_point.wgsl?raw';
import iq4Values from '../../shaders/lib/iq4_values.wgsl?raw';
import iqLevels from '../../shaders/lib/iq_levels.wgsl?raw';
import nibbles from '../../shaders/lib/nibbles.wgsl?raw';
import pairFactors from '../../shaders/lib/pair_factors.wgsl?raw';
import pairK from '../../shaders/lib/pair_k.wgsl?raw';
import pairQ40 from '../../shaders/lib/pair_q4_0.wgsl?raw';
import rawAffine from '../../shaders/lib/raw_affine.wgsl?raw';
import rawNibbles from '../../shaders/lib/raw_nibbles.wgsl?raw';
import rawPlain from '../../shaders/lib/raw_plain.wgsl?raw';
import rawQ80 from '../../shaders/lib/raw_q8_0.wgsl?raw';
import repackK from '../../shaders/lib/repack_k.wgsl?raw';
import scaleAndMin from '../../shaders/lib/scale_and_min.wgsl?raw';
import unit from '../../shaders/lib/unit.wgsl?raw';
import repackIq1M from '../../shaders/repack_iq1_m.wgsl?raw';
import repackIq1S from '../../shaders/repack_iq1_s.wgsl?raw';
import repackIq2S from '../../shaders/repack_iq2_s.wgsl?raw';
import repackIq2Xs from '../../shaders/repack_iq2_xs.wgsl?raw';
import repackIq2Xxs from '../../shaders/repack_iq2_xxs.wgsl?raw';
import repackIq3S from '../../shaders/repack_iq3_s.wgsl?raw';
import repackIq3Xxs from '../../shaders/repack_iq3_xxs.wgsl?raw';
import repackIq4Xs from '../../shaders/repack_iq4_xs.wgsl?raw';
import repackMxfp4 from '../../shaders/repack_mxfp4.wgsl?raw';
import repackNvfp4 from '../../shaders/repack_nvfp4.wgsl?raw';
import repackQ10 from '../../shaders/repack_q1_0.wgsl?raw';
import repackQ20 from '../../shaders/repack_q2_0.wgsl?raw';
import repackQ2K from '../../shaders/repack_q2_k.wgsl?raw';
import repackQ3K from '../../shaders/repack_q3_k.wgsl?raw';
import repackQ40 from '../../shaders/repack_q4_0.wgsl?raw';
import repackQ41 from '../../shaders/repack_q4_1.wgsl?raw';
import repackQ4K from '../../shaders/repack_q4_k.wgsl?raw';
import repackQ50 from '../../shaders/repack_q5_0.wgsl?raw';
import repackQ51 from '../../shaders/repack_q5_1.wgsl?raw';
import repackQ5K from '../../shaders/repack_q5_k.wgsl?raw';
import repackQ6K from '../../shaders/repack_q6_k.wgsl?raw';
import repackQ80 from '../../shaders/repack_q8_0.wgsl?raw';
import repackTq10 from '../../shaders/repack_tq1_0.wgsl?raw';
import repackTq20 from '../../shaders/repack_tq2_0.wgsl?raw';
import { EngineError } from '../errors.ts';
import type { TENSOR_TYPES, TensorType } from '../formats/tensor-types.ts';
import type { Fragment } from '../gpu/kernel.ts';

/** All that the engine must know of a weight type to compute with it, beside the size of its blocks (`formats/`). */
interface WeightType {
  /**
   * Bytes per unit of 32 weights in each plane. Planes follow one another, each filled up to whole vec4s; what is in them is
   * said at the top of the dequantisation fragment.
   */
  readonly planes: readonly number[];
  /** Splits the blocks of the file into planes; float types go to the GPU as they are. */
  readonly repack?: readonly Fragment[];
  /** Turns a unit of packed weights into floats (`dequant_unit`), and multiplies it with another (`dot_packed`). */
  readonly dequant: readonly Fragment[];
  /** Beside `dequant`, of types with integers, what products without lanes read: units raw, and their factors, also in pairs. */
  readonly raw?: readonly Fragment[];
}

const UNIT_FRAGMENT: Fragment = { name: 'unit', code: unit };
const PLAIN: readonly Fragment[] = [UNIT_FRAGMENT, { name: 'dot_plain', code: dotPlain }];
const NIBBLES: readonly Fragment[] = [UNIT_FRAGMENT, { name: 'nibbles', code: nibbles }];
/** Types whose weights are a · q + b with one pair (a, b) per unit. */
const AFFINE: readonly Fragment[] = [...NIBBLES, { name: 'dot_affine', code: dotAffine }];
const PAIR_FACTORS: Fragment = { name: 'pair_factors', code: pairFactors };
const RAW_PLAIN: readonly Fragment[] = [{ name: 'raw_plain', code: rawPlain }];
const RAW_AFFINE: Fragment = { name: 'raw_affine', code: rawAffine };
const RAW_NIBBLES: Fragment = { name: 'raw_nibbles', code: rawNibbles };
const PAIR_K: Fragment = { name: 'pair_k', code: pairK };
const IQ4: readonly Fragment[] = [
  ...NIBBLES,
  { name: 'dot_plain', code: dotPlain },
  { name: 'iq4_values', code: iq4Values },
];
/** Types whose weights are points of a grid. */
const GRID: readonly Fragment[] = [
  ...NIBBLES,
  { name: 'dot_plain', code: dotPlain },
  { name: 'iq_levels', code: iqLevels },
];
const IQ1_POINT: Fragment = { name: 'iq1_point', code: iq1Point };
const E2M1: Fragment = { name: 'e2m1', code: e2m1 };
/** Their blocks are laid out alike. */
const Q4_0_REPACK: Fragment = { name: 'repack_q4_0', code: repackQ40 };
const K_REPACK: Fragment = { name: 'repack_k', code: repackK };
const SCALE_AND_MIN: Fragment = { name: 'scale_and_min', code: scaleAndMin };

/** One row per type; `docs/add-a-weight-type.md` says how another one is added. */
export const WEIGHT_TYPES = {
  F32: { planes: [128], dequant: [...PLAIN, { name: 'f32', code: dequantF32 }] },
  F16: { planes: [64], dequant: [...PLAIN, { name: 'f16', code: dequantF16 }] },
  BF16: { planes: [64], dequant: [...PLAIN, { name: 'bf16', code: dequantBf16 }] },
  Q8_0: {
    planes: [32, 2],
    repack: [{ name: 'repack_q8_0', code: repackQ80 }],
    dequant: [UNIT_FRAGMENT, { name: 'q8_0', code: dequantQ80 }],
    raw: [{ name: 'raw_q8_0', code: rawQ80 }],
  },
  Q6_K: {
    planes: [16, 8, 2, 0.5],
    repack: [{ name: 'repack_q6_k', code: repackQ6K }],
    dequant: [...NIBBLES, { name: 'dot_plain', code: dotPlain }, { name: 'q6_k', code: dequantQ6K }],
  },
  Q5_K: {
    planes: [16, 4, 2, 0.5],
    repack: [{ name: 'repack_q5_k', code: repackQ5K }, K_REPACK],
    dequant: [...AFFINE, SCALE_AND_MIN, { name: 'q5_k', code: dequantQ5K }],
    raw: [RAW_AFFINE, PAIR_K],
  },
  Q5_1: {
    planes: [16, 4, 4],
    repack: [{ name: 'repack_q5_1', code: repackQ51 }],
    dequant: [...AFFINE, { name: 'q5_1', code: dequantQ51 }],
    raw: [RAW_AFFINE, PAIR_FACTORS],
  },
  Q5_0: {
    planes: [16, 4, 2],
    repack: [{ name: 'repack_q5_0', code: repackQ50 }],
    dequant: [...AFFINE, { name: 'q5_0', code: dequantQ50 }],
    raw: [RAW_AFFINE, PAIR_FACTORS],
  },
  Q4_K: {
    planes: [16, 2, 0.5],
    repack: [{ name: 'repack_q4_k', code: repackQ4K }, K_REPACK],
    dequant: [...AFFINE, SCALE_AND_MIN, { name: 'q4_k', code: dequantQ4K }],
    raw: [RAW_NIBBLES, PAIR_K],
  },
  Q4_1: {
    planes: [16, 4],
    repack: [{ name: 'repack_q4_1', code: repackQ41 }],
    dequant: [...AFFINE, { name: 'q4_1', code: dequantQ41 }],
    raw: [RAW_NIBBLES, PAIR_FACTORS],
  },
  Q4_0: {
    planes: [16, 2],
    repack: [Q4_0_REPACK],
    dequant: [...AFFINE, { name: 'q4_0', code: dequantQ40 }],
    raw: [RAW_NIBBLES, { name: 'pair_q4_0', code: pairQ40 }],
  },
  IQ4_XS: {
    planes: [16, 1, 0.5],
    repack: [{ name: 'repack_iq4_xs', code: repackIq4Xs }],
    dequant: [...IQ4, { name: 'iq4_xs', code: dequantIq4Xs }],
  },
  IQ4_NL: {
    planes: [16, 2],
    repack: [Q4_0_REPACK],
    dequant: [...IQ4, { name: 'iq4_nl', code: dequantIq4Nl }],
  },
  MXFP4: {
    planes: [16, 1],
    repack: [{ name: 'repack_mxfp4', code: repackMxfp4 }],
    dequant: [...AFFINE, E2M1, { name: 'mxfp4', code: dequantMxfp4 }],
    raw: [RAW_AFFINE, PAIR_FACTORS],
  },
  NVFP4: {
    planes: [16, 2],
    repack: [{ name: 'repack_nvfp4', code: repackNvfp4 }],
    dequant: [...NIBBLES, { name: 'dot_plain', code: dotPlain }, E2M1, { name: 'nvfp4', code: dequantNvfp4 }],
  },
  Q3_K: {
    planes: [8, 4, 2, 0.5],
    repack: [{ name: 'repack_q3_k', code: repackQ3K }],
    dequant: [...NIBBLES, { name: 'dot_plain', code: dotPlain }, { name: 'q3_k', code: dequantQ3K }],
  },
  Q2_K: {
    planes: [8, 2, 0.5],
    repack: [{ name: 'repack_q2_k', code: repackQ2K }],
    dequant: [...NIBBLES, { name: 'dot_plain', code: dotPlain }, { name: 'q2_k', code: dequantQ2K }],
  },
  IQ3_S: {
    planes: [8, 4, 1, 1, 0.5],
    repack: [{ name: 'repack_iq3_s', code: repackIq3S }],
    dequant: [...GRID, { name: 'grid_iq3_s', code: gridIq3S }, { name: 'iq3_s', code: dequantIq3S }],
  },
  IQ3_XXS: {
    planes: [8, 4, 0.5],
    repack: [{ name: 'repack_iq3_xxs', code: repackIq3Xxs }],
    dequant: [...GRID, { name: 'grid_iq3_xxs', code: gridIq3Xxs }, { name: 'iq3_xxs', code: dequantIq3Xxs }],
  },
  IQ2_S: {
    planes: [4, 4, 1, 1, 0.5],
    repack: [{ name: 'repack_iq2_s', code: repackIq2S }],
    dequant: [...GRID, { name: 'grid_iq2_s', code: gridIq2S }, { name: 'iq2_s', code: dequantIq2S }],
  },
  IQ2_XS: {
    planes: [8, 1, 0.5],
    repack: [{ name: 'repack_iq2_xs', code: repackIq2Xs }],
    dequant: [...GRID, { name: 'grid_iq2_xs', code: gridIq2Xs }, { name: 'iq2_xs', code: dequantIq2Xs }],
  },
  IQ2_XXS: {
    planes: [8, 0.5],
    repack: [{ name: 'repack_iq2_xxs', code: repackIq2Xxs }],
    dequant: [...GRID, { name: 'grid_iq2_xxs', code: gridIq2Xxs }, { name: 'iq2_xxs', code: dequantIq2Xxs }],
  },
  IQ1_M: {
    planes: [4, 2, 1, 0.5],
    repack: [{ name: 'repack_iq1_m', code: repackIq1M }],
    dequant: [...GRID, { name: 'grid_iq1', code: gridIq1 }, IQ1_POINT, { name: 'iq1_m', code: dequantIq1M }],
  },
  IQ1_S: {
    planes: [4, 2, 0.5],
    repack: [{ name: 'repack_iq1_s', code: repackIq1S }],
    dequant: [...GRID, { name: 'grid_iq1', code: gridIq1 }, IQ1_POINT, { name: 'iq1_s', code: dequantIq1S }],
  },
  TQ2_0: {
    planes: [8, 0.5],
    repack: [{ name: 'repack_tq2_0', code: repackTq20 }],
    dequant: [...AFFINE, { name: 'tq2_0', code: dequantTq20 }],
    raw: [RAW_AFFINE, PAIR_FACTORS],
  },
  // 1.7 bits a weight in the file, 2.1 here: five trits in a byte are too much work for each product.
  TQ1_0: {
    planes: [8, 0.5],
    repack: [{ name: 'repack_tq1_0', code: repackTq10 }],
    dequant: [...AFFINE, { name: 'tq2_0', code: dequantTq20 }],
    raw: [RAW_AFFINE, PAIR_FACTORS],
  },
  Q2_0: {
    planes: [8, 1],
    repack: [{ name: 'repack_q2_0', code: repackQ20 }],
    dequant: [...AFFINE, { name: 'q2_0', code: dequantQ20 }],
    raw: [RAW_AFFINE, PAIR_FACTORS],
  },
  Q1_0: {
    planes: [4, 0.5],
    repack: [{ name: 'repack_q1_0', code: repackQ10 }],
    dequant: [...AFFINE, { name: 'q1_0', code: dequantQ10 }],
    raw: [RAW_AFFINE, PAIR_FACTORS],
  },
} as const satisfies Partial<Record<keyof typeof TENSOR_TYPES, WeightType>>;

export type WeightTypeName = keyof typeof WEIGHT_TYPES;

/** The blocks of a type that the engine computes with. */
export type SupportedTensorType = (typeof TENSOR_TYPES)[WeightTypeName];

export const WEIGHT_TYPE_NAMES = Object.keys(WEIGHT_TYPES) as WeightTypeName[];

/**
 * The types that a router's matrix may be in. Not those with a grid: beside arrays whose length is an override, as the router
 * has them, Firefox's shader compiler refuses it. No quantizer touches routers anyway.
 */
export const ROUTER_TYPE_NAMES = WEIGHT_TYPE_NAMES.filter((name) => !name.startsWith('IQ') || name.startsWith('IQ4'));

export function weightType(name: WeightTypeName): WeightType {
  return WEIGHT_TYPES[name];
}

/** What a product reads weights with; raw units are for threads that work alone. */
export function weightFragments(name: WeightTypeName, raw: boolean): readonly Fragment[] {
  const type = weightType(name);
  return raw ? [...type.dequant, ...(type.raw ?? RAW_PLAIN)] : type.dequant;
}

/** Whether its factors can be read for two units at a time. */
export function hasPairs(name: WeightTypeName): boolean {
  return weightType(name).raw !== undefined;
}

export function isSupported(type: TensorType): type is SupportedTensorType {
  return Object.hasOwn(WEIGHT_TYPES, type.name);
}

/** @throws EngineError `unsupported-tensor-type` that names the tensor, its type and the types we have. */
export function requireSupported(tensor: { readonly name: string; readonly type: TensorType }): SupportedTensorType {
  if (isSupported(tensor.type)) return tensor.type;
  throw unsupportedTensorType(tensor.name, tensor.type.name);
}

export function unsupportedTensorType(
  tensor: string,
  type: string,
  supported: readonly string[] = WEIGHT_TYPE_NAMES,
): EngineError {
  return new EngineError(
    'unsupported-tensor-type',
    `The weights of this model are in ${type} (tensor "${tensor}"), which Mixtab cannot compute with. ` +
      `Supported: ${supported.join(', ')}. Look for the same model in one of these.`,
  );
}
