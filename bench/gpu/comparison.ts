// The model of the cost beside what a GPU has measured (run.sh). Bytes and operations are those of today's launches, which do the same work
// as those that were measured; how many launches there were is in the results.
import { addCosts, bytesOf, stepCosts } from '../../engine/cost/step-cost.ts';
import { reserve } from '../../engine/generate/reserve.ts';
import { NO_LIMITS, paperDevice } from '../../engine/gpu/paper-device.ts';
import { ANY_GPU } from '../catalogue-costs.ts';
import { type Foretold, foretell } from '../predict.ts';
import { publishedModels } from './synthetic-model.ts';

export interface GpuResults {
  readonly date: string;
  readonly device: string;
  readonly ceilings: Readonly<Record<string, number>>;
  readonly models: readonly {
    readonly name: string;
    readonly chunkTokens: number;
    readonly layers?: number;
    readonly ran?: number;
    readonly tokensPerSecond: Readonly<Record<string, number>>;
    readonly launches: number;
  }[];
}

export interface Compared {
  readonly name: string;
  readonly position: number;
  readonly bytes: number;
  readonly launches: number;
  /** Milliseconds per token. */
  readonly measured: number;
  /** The same at the device's ceilings. */
  readonly bound: number;
  /** Tokens per second, as for devices that nobody has measured. */
  readonly foretold: Foretold;
}

/** Positions at which the bench decodes. */
export const GPU_POSITIONS = [128, 4000] as const;

export async function compare({ ceilings, models }: GpuResults): Promise<readonly Compared[]> {
  const bandwidth = (ceilings['readLargeGBps 16'] ?? NaN) * 1e9;
  const launch = (ceilings['reboundDispatchWallUs'] ?? NaN) / 1e6;
  const submit = (ceilings['submitAheadUs'] ?? NaN) / 1e6;
  const found: Compared[] = [];
  for (const { name, gguf } of publishedModels('run')) {
    const results = models.find((one) => one.name === name && one.chunkTokens === 256);
    if (results === undefined) continue;
    const { steps } = reserve(ANY_GPU, paperDevice(NO_LIMITS), await gguf(), { contextLength: 4096 });
    for (const position of GPU_POSITIONS) {
      const rate = results.tokensPerSecond[`decode at ${position}`];
      if (rate === undefined) continue;
      const costs = stepCosts([...steps.decode.launches, ...steps.output.launches], { tokens: 1, position });
      const total = addCosts(costs);
      const bytes = bytesOf(total);
      const { launches } = results;
      const fp32 = ceilings['fmaF32Tflops'] ?? NaN;
      const foretold = foretell(
        { bytes, operations: total.operations, launches },
        { bandwidth: bandwidth / 1e9, fp32, api: 'Vulkan' },
      );
      const bound = bytes / bandwidth + launches * launch + submit;
      found.push({ name, position, bytes, launches, measured: 1000 / rate, bound: 1000 * bound, foretold });
    }
  }
  return found;
}
