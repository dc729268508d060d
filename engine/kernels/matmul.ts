import type { SupportedTypeName } from '../formats/tensor-types.ts';
import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { DEQUANT_FRAGMENTS, FRAGMENTS } from './fragments.ts';
import { PRODUCT_BINDING } from './product.ts';
import type { KernelTarget } from './target.ts';

export interface MatmulShape {
  readonly fragment: Fragment;
  readonly tileTokens: number;
  readonly rowsPerWorkgroup: number;
  readonly overrides: Readonly<Record<string, number>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly enables: readonly 'f16'[];
}

/** Threads of the direct kernel, each making four rows. */
const DIRECT_THREADS = 8;

/** The tiled kernel where barriers are cheap, the direct one where they are not. */
export function matmulShape(target: KernelTarget): MatmulShape {
  switch (target.profile) {
    case 'rows':
      return {
        fragment: FRAGMENTS.matmulDirect,
        tileTokens: 8,
        rowsPerWorkgroup: 4 * DIRECT_THREADS,
        overrides: { WG: DIRECT_THREADS },
        aliases: {},
        enables: [],
      };
    case 'lanes':
      return {
        fragment: FRAGMENTS.matmulTiled,
        tileTokens: 32,
        rowsPerWorkgroup: 64,
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
export function matmul(target: KernelTarget, type: SupportedTypeName, rows: number): Matmul {
  const shape = matmulShape(target);
  return {
    groups: Math.ceil(rows / shape.rowsPerWorkgroup),
    tileTokens: shape.tileTokens,
    kernel: {
      fragments: [
        shape.fragment,
        FRAGMENTS.product,
        FRAGMENTS.tileDense,
        FRAGMENTS.step,
        FRAGMENTS.weightsBuffer,
        ...DEQUANT_FRAGMENTS[type],
      ],
      enables: shape.enables,
      aliases: shape.aliases,
      constants: { TILE_TOKENS: shape.tileTokens },
      overrides: shape.overrides,
      bindings: { 0: 'uniform', 1: 'read', 2: 'read_write', [PRODUCT_BINDING]: 'uniform', 10: 'read' },
    },
  };
}
