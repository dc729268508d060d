// npm run bench:charts: draws docs/charts/*.svg from the committed results in bench/results/, and writes their numbers into the tables of
// docs/performance.md.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
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

interface GpuRun {
  readonly date: string;
  readonly device: string;
  readonly models: readonly {
    readonly name: string;
    readonly chunkTokens: number;
    readonly layers?: number;
    readonly ran?: number;
    readonly tokensPerSecond: Readonly<Record<string, number>>;
  }[];
}

const growth = resultsOf<Growth>(/^growth-.*\.json$/)[0];
if (growth === undefined) throw new Error('npm run bench:growth first');
const gpuRun = resultsOf<GpuRun>(/-nvidia-.*\.json$/).at(-1);
const place = `${growth.device}, ${growth.profile}`;

function pointsOf(series: Series): readonly GrowthPoint[] {
  return (growth?.points ?? []).filter((point) => point.series === series).sort((a, b) => a.x - b.x);
}

function rates(title: string, series: Series, label: string): Chart {
  const points = pointsOf(series);
  return {
    title: `${title} (${place})`,
    description: points.map(({ x, tokensPerSecond }) => `${x}: ${tokensPerSecond.toFixed(1)} tokens/s`).join('; '),
    x: { label, log: true },
    y: { label: 'tokens/s' },
    lines: [
      { label: 'measured', points: points.map(({ x, tokensPerSecond }) => [x, tokensPerSecond]) },
      {
        label: 'at the ceilings of the device',
        dashed: true,
        points: points.map(({ x, atCeilings }) => [x, atCeilings]),
      },
    ],
  };
}

function times(title: string, series: Series, label: string): Chart {
  const points = pointsOf(series);
  return {
    title: `${title} (${place})`,
    description: points
      .map(({ x, tokensPerSecond }) => `${x} weights: ${(1000 / tokensPerSecond).toFixed(1)} ms`)
      .join('; '),
    x: { label, log: true },
    y: { label: 'ms per token' },
    lines: [
      { label: 'measured', points: points.map(({ x, tokensPerSecond }) => [x, 1000 / tokensPerSecond]) },
      {
        label: 'at the ceilings of the device',
        dashed: true,
        points: points.map(({ x, atCeilings }) => [x, 1000 / atCeilings]),
      },
    ],
  };
}

function gpuChart({ device, models }: GpuRun): Chart {
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

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---:'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function rateTable(series: Series, head: string): string {
  const points = pointsOf(series);
  const first = points.find(({ x }) => x >= 64)?.tokensPerSecond ?? 1;
  return table(
    [head, 'tokens/s', `of that at ${points.find(({ x }) => x >= 64)?.x}`, 'at the ceilings'],
    points.map(({ x, tokensPerSecond, atCeilings }) => [
      x.toLocaleString('en'),
      tokensPerSecond.toFixed(1),
      `${((100 * tokensPerSecond) / first).toFixed(0)} %`,
      atCeilings.toFixed(0),
    ]),
  );
}

function timeTable(series: Series): string {
  return table(
    ['weights (M)', 'ms per token', 'at the ceilings'],
    pointsOf(series).map(({ x, tokensPerSecond, atCeilings }) => [
      (x / 1e6).toFixed(1),
      (1000 / tokensPerSecond).toFixed(1),
      (1000 / atCeilings).toFixed(1),
    ]),
  );
}

const { ceilings } = growth;
const TABLES: Readonly<Record<string, string>> = {
  measured: `Measured ${growth.date} at ${growth.commit} on ${place}: ${(ceilings.bandwidth / 1e9).toFixed(1)} GB/s streamed, ${(
    ceilings.rate / 1e9
  ).toFixed(1)} GFLOP/s, ${(ceilings.launch * 1e6).toFixed(1)} µs a launch.`,
  context: rateTable('decode by context', 'position'),
  prefill: rateTable('prefill by length', 'prompt'),
  active: timeTable('decode by active'),
  total: timeTable('decode by total'),
};

mkdirSync(CHARTS, { recursive: true });
const charts: Readonly<Record<string, Chart>> = {
  'decode-by-context': rates('Decode by context', 'decode by context', 'position of the token'),
  'prefill-by-length': rates('Prefill by length of the prompt', 'prefill by length', 'tokens of the prompt'),
  'time-by-active': times('Time of a token by active weights', 'decode by active', 'weights that take part in a token'),
  'time-by-total': times('Time of a token by all weights, as many active', 'decode by total', 'weights of the model'),
  ...(gpuRun && { 'gpu-decode-by-context': gpuChart(gpuRun) }),
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
