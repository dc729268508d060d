import { weightType, type WeightTypeName } from './weight-types.ts';
import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { FRAGMENTS } from './fragments.ts';
import { PRODUCT_BINDING } from './product.ts';
import { type KernelTarget, sharedX, VECTOR_THREADS } from './target.ts';

export interface MatmulShape {
  readonly fragments: readonly Fragment[];
  readonly tileTokens: number;
  readonly rowsPerWorkgroup: number;
  readonly overrides: Readonly<Record<string, number>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly constants: Readonly<Record<string, number>>;
  readonly enables: readonly ('f16' | 'subgroups')[];
}

/** Tokens of the direct kernel, as many as it writes out, and rows of a thread. */
const DIRECT_TOKENS = 4;
const DIRECT_ROWS = 16;

const TILED_TOKENS = 32;
const TILED_ROWS = 64;

/** The tiled kernel where barriers are cheap, the direct one where they are not. */
export function matmulShape(target: KernelTarget): MatmulShape {
  const x = sharedX(target);
  switch (target.profile) {
    case 'rows':
      return {
        fragments: [FRAGMENTS.matmulDirect, x.fragment],
        tileTokens: DIRECT_TOKENS,
        rowsPerWorkgroup: DIRECT_ROWS * VECTOR_THREADS,
        constants: { TILE_TOKENS: DIRECT_TOKENS, GROUP_ROWS: DIRECT_ROWS },
        overrides: { WG: VECTOR_THREADS },
        aliases: {},
        enables: x.enables,
      };
    case 'lanes':
      return {
        fragments: [FRAGMENTS.matmulTiled],
        tileTokens: TILED_TOKENS,
        rowsPerWorkgroup: TILED_ROWS,
        constants: { TILE_TOKENS: TILED_TOKENS },
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
 * The product of `matvec`, for many tokens. Bindings 0 step, 1 x, 2 y, 9 product, 10 W; workgroups
 * [groups, ceil(tokens / tileTokens), heads].
 */
export function matmul(target: KernelTarget, type: WeightTypeName, rows: number): Matmul {
  const shape = matmulShape(target);
  return {
    groups: Math.ceil(rows / shape.rowsPerWorkgroup),
    tileTokens: shape.tileTokens,
    kernel: {
      fragments: [
        ...shape.fragments,
        FRAGMENTS.product,
        FRAGMENTS.tileDense,
        FRAGMENTS.step,
        FRAGMENTS.weightsBuffer,
        ...weightType(type).dequant,
      ],
      enables: shape.enables,
      aliases: shape.aliases,
      constants: shape.constants,
      overrides: shape.overrides,
      bindings: { 0: 'uniform', 1: 'read', 2: 'read_write', [PRODUCT_BINDING]: 'uniform', 10: 'read' },
    },
  };
}
