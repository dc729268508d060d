// npm run bench:charts: draws docs/charts/*.svg from the committed results in bench/results/, and writes their numbers into the tables of
// docs/performance.md.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { compare, type Compared, GPU_POSITIONS, type GpuResults } from './gpu/comparison.ts';
import type { Growth, GrowthPoint, Series } from './growth.ts';
import { type Chart, lineChart } from './line-chart.ts';

const RESULTS = 'bench/results';
const CHARTS = 'docs/charts';
const PAGE = 'docs/performance.md';

function resultsOf<T>(pattern: RegExp): T[] {
  return readdirSync(RESULTS)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${RESULTS}/${name}`, 'utf8')) as T);
}

const growth = resultsOf<Growth>(/^growth-.*\.json$/)[0];
if (growth === undefined) throw new Error('npm run bench:growth first');
const gpuRun = resultsOf<GpuResults>(/-nvidia-.*\.json$/).at(-1);
const place = `${growth.device}, ${growth.profile}`;

function pointsOf(series: Series): readonly GrowthPoint[] {
  return (growth?.points ?? []).filter((point) => point.series === series).sort((a, b) => a.x - b.x);
}

/**
 * What is drawn of a point. On a software adapter it is processor time, which hardly depends on what else the machine did, and ceilings,
 * which were measured on the clock, stay away.
 */
function perCore({ processorMs, tokensPerSecond }: GrowthPoint): number {
  return growth?.isSoftware === true ? 1000 / processorMs : tokensPerSecond;
}
const RATE = growth.isSoftware ? 'tokens per second of processor time' : 'tokens/s';
const TIME = growth.isSoftware ? 'ms of processor time per token' : 'ms per token';

function ceilingsOf(points: readonly GrowthPoint[], value: (point: GrowthPoint) => number): Chart['lines'] {
  if (growth?.isSoftware === true) return [];
  return [
    { label: 'at the ceilings of the device', dashed: true, points: points.map((point) => [point.x, value(point)]) },
  ];
}

function rates(title: string, series: Series, label: string): Chart {
  const points = pointsOf(series);
  return {
    title: `${title} (${place})`,
    description: points.map((point) => `${point.x}: ${perCore(point).toFixed(1)}`).join('; '),
    x: { label, log: true },
    y: { label: RATE },
    lines: [
      { label: 'measured', points: points.map((point) => [point.x, perCore(point)]) },
      ...ceilingsOf(points, ({ atCeilings }) => atCeilings),
    ],
  };
}

function times(title: string, series: Series, label: string): Chart {
  const points = pointsOf(series);
  return {
    title: `${title} (${place})`,
    description: points.map((point) => `${point.x} weights: ${(1000 / perCore(point)).toFixed(1)} ms`).join('; '),
    x: { label, log: true },
    y: { label: TIME },
    legend: 'left',
    lines: [
      { label: 'measured', points: points.map((point) => [point.x, 1000 / perCore(point)]) },
      ...ceilingsOf(points, ({ atCeilings }) => 1000 / atCeilings),
    ],
  };
}

function gpuChart({ device, models }: GpuResults): Chart {
  const runs = models.filter(
    ({ tokensPerSecond, chunkTokens }) => 'decode at 4000' in tokensPerSecond && chunkTokens === 256,
  );
  return {
    title: `Decode by context (${device.split(',')[0]}, before its kernels were mended)`,
    description: runs
      .map(
        ({ name, tokensPerSecond }) =>
          `${name}: ${tokensPerSecond['decode at 128']} at 128, ${tokensPerSecond['decode at 4000']} at 4000`,
      )
      .join('; '),
    x: { label: 'positions', log: true },
    y: { label: 'tokens/s' },
    lines: runs.map(({ name, tokensPerSecond, ran, layers }) => ({
      label: `${name}${ran === layers ? '' : `, ${ran} of ${layers} layers`}`,
      points: [128, 4000].map((at) => [at, tokensPerSecond[`decode at ${at}`] ?? 0] as const),
    })),
  };
}

function gpuTimes({ device }: GpuResults, compared: readonly Compared[]): Chart {
  const runs = compared.filter(({ position }) => position === GPU_POSITIONS[0]).sort((a, b) => a.bytes - b.bytes);
  return {
    title: `Time of a token by what it moves (${device.split(',')[0]}, before its kernels were mended)`,
    description: runs
      .map(({ name, bytes, measured }) => `${name}: ${(bytes / 1e6).toFixed(0)} MB, ${measured.toFixed(2)} ms`)
      .join('; '),
    x: { label: 'bytes moved for a token', log: true },
    y: { label: 'ms per token' },
    lines: [
      { label: 'measured at 128 positions', points: runs.map(({ bytes, measured }) => [bytes, measured]) },
      { label: 'at the ceilings', dashed: true, points: runs.map(({ bytes, bound }) => [bytes, bound]) },
    ],
  };
}

function gpuTable({ models }: GpuResults, compared: readonly Compared[]): string {
  return table(
    ['model', 'at', 'MB', 'launches', 'measured, ms', 'bound, ms', 'share', 'tokens/s', 'foretold'],
    compared.map(({ name, position, bytes, launches, measured, bound, foretold }) => {
      const { ran, layers } = models.find((one) => one.name === name) ?? {};
      return [
        `${name}${ran === layers ? '' : `, ${ran} of ${layers} layers`}`,
        position.toLocaleString('en'),
        (bytes / 1e6).toFixed(0),
        String(launches),
        measured.toFixed(2),
        bound.toFixed(2),
        `${((100 * bound) / measured).toFixed(0)} %`,
        (1000 / measured).toFixed(0),
        `${foretold.slow.toFixed(0)} to ${foretold.fast.toFixed(0)}`,
      ];
    }),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---:'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function rateTable(series: Series, head: string, from: number): string {
  const points = pointsOf(series);
  const first = points.find(({ x }) => x === from);
  return table(
    [head, RATE, `of that at ${from}`, 'tokens/s on the clock'],
    points.map((point) => [
      point.x.toLocaleString('en'),
      perCore(point).toFixed(1),
      first === undefined ? '' : `${((100 * perCore(point)) / perCore(first)).toFixed(0)} %`,
      point.tokensPerSecond.toFixed(1),
    ]),
  );
}

function timeTable(series: Series): string {
  return table(
    ['weights (M)', TIME, 'ms on the clock'],
    pointsOf(series).map((point) => [
      (point.x / 1e6).toFixed(1),
      (1000 / perCore(point)).toFixed(1),
      (1000 / point.tokensPerSecond).toFixed(1),
    ]),
  );
}

const compared = gpuRun === undefined ? [] : await compare(gpuRun);
const { ceilings } = growth;
const TABLES: Readonly<Record<string, string>> = {
  measured: `Measured ${growth.date} at ${growth.commit} on ${place}: ${(ceilings.bandwidth / 1e9).toFixed(1)} GB/s streamed, ${(
    ceilings.rate / 1e9
  ).toFixed(1)} GFLOP/s, ${(ceilings.launch * 1e6).toFixed(1)} µs a launch.`,
  context: rateTable('decode by context', 'position', 64),
  prefill: rateTable('prefill by length', 'prompt', 128),
  active: timeTable('decode by active'),
  total: timeTable('decode by total'),
  ...(gpuRun && { gpu: gpuTable(gpuRun, compared) }),
};

mkdirSync(CHARTS, { recursive: true });
const charts: Readonly<Record<string, Chart>> = {
  'decode-by-context': rates('Decode by context', 'decode by context', 'position of the token'),
  'prefill-by-length': rates('Prefill by length of the prompt', 'prefill by length', 'tokens of the prompt'),
  'time-by-active': times('Time of a token by active weights', 'decode by active', 'weights that take part in a token'),
  'time-by-total': times('Time of a token by all weights, as many active', 'decode by total', 'weights of the model'),
  ...(gpuRun && {
    'gpu-decode-by-context': gpuChart(gpuRun),
    'gpu-time-by-bytes': gpuTimes(gpuRun, compared),
  }),
};
for (const [name, chart] of Object.entries(charts)) writeFileSync(`${CHARTS}/${name}.svg`, lineChart(chart));

let page = readFileSync(PAGE, 'utf8');
for (const [name, text] of Object.entries(TABLES)) {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no ${begin} … ${end}`);
  page = `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
console.log(`${Object.keys(charts).length} charts in ${CHARTS}, tables in ${PAGE}`);
