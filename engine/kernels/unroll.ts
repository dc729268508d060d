import type { Fragment } from '../gpu/kernel.ts';

/** How often lines are written out: for each row, and for each vec4 of a lane's share of keys or of values. */
export interface Unrolled {
  readonly rows: number;
  readonly keys: number;
  readonly values: number;
}

/** Positions that a softmax takes at a time. */
const POSITIONS = 4;

/**
 * Writes each line that names `$r`, `$k` or `$v` once for each row, position or vec4 of a share, or for all combinations of them; a line with `$v` ends in
 * `// keys` or `// values`, which says whose share. WGSL has no macros, and a loop over an array of registers is a loop over memory where the compiler does
 * not unroll it.
 */
export function unrolled({ name, code }: Fragment, { rows, ...shares }: Unrolled): Fragment {
  const lines = code.split('\n').flatMap((line) => {
    if (line.trimStart().startsWith('//') || !/\$[rkv]/.test(line)) return [line];
    const share = line.endsWith('// keys') ? shares.keys : shares.values;
    return written(written(written([line], '$r', rows), '$k', POSITIONS), '$v', share);
  });
  return { name, code: lines.join('\n') };
}

function written(lines: readonly string[], mark: string, count: number): readonly string[] {
  return lines.flatMap((line) =>
    line.includes(mark) ? Array.from({ length: count }, (_, i) => line.replaceAll(mark, String(i))) : [line],
  );
}
