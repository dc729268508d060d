import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { qwen3moe } from '../oracle/architectures.ts';

const FOLDER = '.cache/bench';

/** What files of benchmarks have in common: width 512, 8 layers, 32 experts of 256, 4 of them for a token. */
export const BENCH_SHAPE = {
  width: 512,
  layers: 8,
  heads: 8,
  keyHeads: 4,
  headWidth: 64,
  experts: 32,
  expertsUsed: 4,
  expertWidth: 256,
} as const;

/**
 * The file that benchmarks run when none is given: a random qwen3moe (width 512, 8 layers, 32 experts of 256, top-4) in Q8_0,
 * about 115 MB. Made once.
 */
export function benchModelPath(): string {
  const path = `${FOLDER}/qwen3moe-512-q8_0.gguf`;
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const model = qwen3moe({ ...BENCH_SHAPE, name: 'bench', types: 'Q8_0' });
  writeFileSync(path, model.build());
  return path;
}
