// node tools/run-ts.mjs bench/validate-cost.ts [RESULTS.json]: the model of the cost beside what a GPU has measured (bench/gpu/run.sh).
// Bytes and operations are those of today's launches, which do the same work; how many launches there were is in the results.
import { readFileSync } from 'node:fs';
import { addCosts, bytesOf, stepCosts } from '../engine/cost/step-cost.ts';
import { reserve } from '../engine/generate/reserve.ts';
import { NO_LIMITS, paperDevice } from '../engine/gpu/paper-device.ts';
import { ANY_GPU } from './catalogue-costs.ts';
import { publishedModels } from './gpu/synthetic-model.ts';

interface Results {
  readonly device: string;
  readonly ceilings: Readonly<Record<string, number>>;
  readonly models: readonly {
    readonly name: string;
    readonly chunkTokens: number;
    readonly tokensPerSecond: Readonly<Record<string, number>>;
    readonly launches: number;
  }[];
}

const path = process.argv[2] ?? 'bench/results/2026-11-28-nvidia-h200.json';
const results = JSON.parse(readFileSync(path, 'utf8')) as Results;
const { ceilings } = results;
const bandwidth = (ceilings['readLargeGBps 16'] ?? NaN) * 1e9;
const launch = (ceilings['reboundDispatchWallUs'] ?? NaN) / 1e6;
const submit = (ceilings['submitAheadUs'] ?? NaN) / 1e6;
console.log(`${results.device}: ${(bandwidth / 1e9).toFixed(0)} GB/s, ${(launch * 1e6).toFixed(1)} µs a launch\n`);
console.log('model                      position   MB  launches  measured   bound  share  bandwidth of the rest');
for (const model of publishedModels('run')) {
  const measured = results.models.find(({ name, chunkTokens }) => name === model.name && chunkTokens === 256);
  if (measured === undefined) continue;
  const { steps } = reserve(ANY_GPU, paperDevice(NO_LIMITS), await model.gguf(), { contextLength: 4096 });
  for (const position of [128, 4000]) {
    const tokensPerSecond = measured.tokensPerSecond[`decode at ${position}`];
    if (tokensPerSecond === undefined) continue;
    const launches = [...steps.decode.launches, ...steps.output.launches];
    const total = addCosts(stepCosts(launches, { tokens: 1, position }));
    const seconds = bytesOf(total) / bandwidth + measured.launches * launch + submit;
    const rest = 1 / tokensPerSecond - measured.launches * launch - submit;
    console.log(
      [
        model.name.padEnd(26),
        String(position).padStart(8),
        (bytesOf(total) / 1e6).toFixed(0).padStart(5),
        String(measured.launches).padStart(9),
        `${(1000 / tokensPerSecond).toFixed(2)} ms`.padStart(9),
        (1000 * seconds).toFixed(2).padStart(7),
        `${(100 * seconds * tokensPerSecond).toFixed(0)} %`.padStart(6),
        `${(bytesOf(total) / rest / 1e9).toFixed(0)} GB/s`.padStart(12),
      ].join(' '),
    );
  }
}
