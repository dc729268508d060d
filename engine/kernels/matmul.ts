import type { Fragment, Kernel } from '../gpu/kernel.ts';
import { DEQUANT_FRAGMENTS, FRAGMENTS } from './fragments.ts';
import type { Product } from './matvec.ts';
import type { KernelTarget } from './target.ts';

/** What becomes of a product's result; numbers as in `shaders/lib/epilogue.wgsl`. */
export const EPILOGUES = { store: 0, add: 1, swiglu: 2 } as const;
export type Epilogue = keyof typeof EPILOGUES;

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

/** A product whose matrix may lie behind another one in its buffer, `baseVecs` vec4s from the beginning. */
export interface TiledProduct extends Omit<Product, 'accumulate'> {
  readonly baseVecs?: number;
}

/**
 * The same product as `matvec`, for many tokens. Bindings 0 step, 1 x, 2 y, 10 W; workgroups
 * [groups, ceil(tokens / tileTokens), heads].
 */
export function matmul(target: KernelTarget, product: TiledProduct, epilogue: Epilogue): Matmul {
  const shape = matmulShape(target);
  return {
    groups: Math.ceil(product.rows / shape.rowsPerWorkgroup),
    tileTokens: shape.tileTokens,
    kernel: {
      fragments: [
        shape.fragment,
        FRAGMENTS.epilogue,
        FRAGMENTS.tileDense,
        FRAGMENTS.step,
        FRAGMENTS.weightsBuffer,
        ...DEQUANT_FRAGMENTS[product.type],
      ],
      enables: shape.enables,
      aliases: shape.aliases,
      constants: { TILE_TOKENS: shape.tileTokens },
      overrides: {
        ...shape.overrides,
        MATRIX_ROWS: product.rows,
        ROW_UNITS: product.rowUnits,
        X_TOKEN: product.xToken,
        X_HEAD: product.xHead,
        X_START: product.xStart,
        Y_TOKEN: product.yToken,
        Y_HEAD: product.yHead,
        Y_START: product.yStart,
        W_HEAD: product.wHead,
        W_START: product.wStart,
        W_ROWS: product.matrixRows,
        W_BASE: product.baseVecs ?? 0,
        SCALE: product.scale,
        EPILOGUE: EPILOGUES[epilogue],
      },
      bindings: { 0: 'uniform', 1: 'read', 2: 'read_write', 10: 'read' },
    },
  };
}
