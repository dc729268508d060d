import { weightFragments, type WeightTypeName } from './weight-types.ts';
import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { constantsOf } from '../gpu/wgsl.ts';
import { type ActivationFunction, activationFragment, SILU } from './activations.ts';
import { FRAGMENTS } from './fragments.ts';
import { type KernelTarget, sharedX, tuningOf } from './target.ts';
import { VECTOR_THREADS } from './tuning.ts';

export interface MatmulShape {
  readonly fragments: readonly Fragment[];
  readonly tileTokens: number;
  readonly rowsPerWorkgroup: number;
  readonly overrides: Readonly<Record<string, number>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly constants: Readonly<Record<string, number>>;
  readonly enables: readonly ('f16' | 'subgroups')[];
  /** Whether it reads raw units. */
  readonly raw: boolean;
}

const { TILE_ROWS } = constantsOf(FRAGMENTS.matmulTiled.code, ['TILE_ROWS']);

/** The tiled kernel where barriers are cheap, the direct one where they are not. */
export function matmulShape(target: KernelTarget): MatmulShape {
  const x = sharedX(target);
  const { tileTokens, directRows } = tuningOf(target);
  switch (target.profile) {
    case 'rows':
      return {
        fragments: [FRAGMENTS.matmulDirect, FRAGMENTS.dotRaw, x.fragment],
        raw: true,
        tileTokens,
        rowsPerWorkgroup: directRows * VECTOR_THREADS,
        constants: { TILE_TOKENS: tileTokens, GROUP_ROWS: directRows },
        overrides: { WG: VECTOR_THREADS },
        aliases: {},
        enables: x.enables,
      };
    case 'lanes':
      return {
        fragments: [FRAGMENTS.matmulTiled],
        raw: false,
        tileTokens,
        rowsPerWorkgroup: TILE_ROWS,
        constants: { TILE_TOKENS: tileTokens },
        overrides: {},
        aliases: { tile_scalar: target.f16 ? 'f16' : 'f32' },
        enables: target.f16 ? ['f16'] : [],
      };
    default:
      return target.profile satisfies never;
  }
}

export interface Matmul {
  readonly kernel: Kernel;
  readonly groups: number;
  readonly tileTokens: number;
}

/**
 * The product of `matvec`, for many tokens. Workgroups
 * [groups, ceil(tokens / tileTokens), heads].
 */
export function matmul(
  target: KernelTarget,
  type: WeightTypeName,
  rows: number,
  activation: ActivationFunction = SILU,
): Matmul {
  const shape = matmulShape(target);
  return {
    groups: Math.ceil(rows / shape.rowsPerWorkgroup),
    tileTokens: shape.tileTokens,
    kernel: {
      fragments: [
        ...shape.fragments,
        FRAGMENTS.product,
        FRAGMENTS.beside,
        activationFragment(activation),
        FRAGMENTS.tileDense,
        FRAGMENTS.step,
        FRAGMENTS.weightsBuffer,
        ...weightFragments(type, shape.raw),
      ],
      enables: shape.enables,
      aliases: shape.aliases,
      constants: shape.constants,
      overrides: shape.overrides,
    },
  };
}
