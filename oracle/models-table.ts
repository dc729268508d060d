// docs/models.md: what is checked against llama.cpp, and how closely the two agree.
import { readFileSync } from 'node:fs';
import { readGguf } from '../engine/formats/gguf.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { type GoldenDifference, recordedDifferences } from './golden-differences.ts';
import type { GoldenModel } from './golden-model.ts';
import { goldenModels } from './models.ts';

export const MODELS_TABLE = new URL('../docs/models.md', import.meta.url);

/** As the golden tests run them. */
const KERNELS = {
  rows: { profile: 'rows', subgroups: true },
  lanes: { profile: 'lanes', subgroups: false },
  subgroups: { profile: 'lanes', subgroups: true },
} as const;
type KernelShape = keyof typeof KERNELS;

/** What a row says: cells as they are written. */
export interface Row {
  readonly name: string;
  readonly layers: string;
  readonly experts: string;
  readonly types: string;
  readonly prefill: string;
  readonly decode: string;
  /** With which kernels it was measured. */
  readonly kernels: string;
}

const HEADINGS: Readonly<Record<keyof Row, string>> = {
  name: 'model',
  layers: 'layers',
  experts: 'experts',
  types: 'matrices',
  prefill: 'prefill',
  decode: 'decode',
  kernels: 'kernels',
};
const COLUMNS = Object.keys(HEADINGS) as readonly (keyof Row)[];

/** A row without differences: what the file itself says. */
export async function describeGolden({
  name,
  build,
}: GoldenModel): Promise<Omit<Row, 'prefill' | 'decode' | 'kernels'>> {
  const { metadata, tensors } = await readGguf([new MemorySource(build())]);
  const number = (key: string): number =>
    metadata.optionalNumber(`${metadata.string('general.architecture')}.${key}`) ?? 0;
  const matrices = [...tensors.values()].filter(({ shape }) => shape.length > 1);
  // Routers and convolutions are F32 in every file.
  const types = new Set(matrices.map(({ type }) => type.name).filter((type) => type !== 'F32'));
  const experts = number('expert_count');
  return {
    name,
    layers: String(number('block_count')),
    experts: experts === 0 ? '' : `${number('expert_used_count')} of ${experts}`,
    types: [...types].toSorted().join(', ') || 'F32',
  };
}

/** The largest of what the golden tests measured, and with which kernels; undefined where none have run here. */
export function measuredDifference(
  name: string,
): (GoldenDifference & { readonly kernels: readonly KernelShape[] }) | undefined {
  const kernels = (Object.keys(KERNELS) as KernelShape[]).filter((shape) => known(shape, name) !== undefined);
  if (kernels.length === 0) return undefined;
  const largest = (of: keyof GoldenDifference): number =>
    Math.max(...kernels.map((shape) => known(shape, name)?.[of] ?? 0));
  return { prefill: largest('prefill'), decode: largest('decode'), kernels };
}

function known(shape: KernelShape, name: string): GoldenDifference | undefined {
  return recordedDifferences(KERNELS[shape])[name];
}

/** Rounded up to one digit; a cell that says so already, within what machines differ in, stays as it is. */
export function differenceCell(difference: number, before: string | undefined): string {
  const said = Number(before);
  if (difference <= said && difference >= said / 3) return before as string;
  if (difference === 0) return '0';
  const exponent = Math.floor(Math.log10(difference));
  const digit = Math.ceil(Number((difference / 10 ** exponent).toPrecision(6)));
  return (digit * 10 ** exponent).toExponential(0);
}

export function readTable(text = readFileSync(MODELS_TABLE, 'utf8')): readonly Row[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const cells = line.split('|').slice(1, -1);
      const row = Object.fromEntries(COLUMNS.map((column, i) => [column, (cells[i] ?? '').replaceAll('`', '').trim()]));
      return row as unknown as Row;
    });
}

export function writeTable(rows: readonly Row[]): string {
  const [models, embeddings] = [false, true].map((exact) => {
    const names = new Set(goldenModels.filter((golden) => golden.exact === exact).map(({ name }) => name));
    return rows.filter(({ name }) => names.has(name));
  });
  return `# What is checked against llama.cpp

Written by \`npm run models-table\` from what the golden tests measured; \`oracle/models.ts\` has the models. Each is small and random, in one
form of one architecture. Differences are the largest of any log-probability at any position, rounded up, of all kernels named:
\`rows\`, as for software adapters, \`lanes\` for real GPUs, \`subgroups\` for those with subgroups. The tests allow 1e-3, and the likeliest
token must be the same.

${table(models ?? [])}

Weights that are looked up, not multiplied, so that llama.cpp uses them without rounding: the models are an embedding and an output.

${table(embeddings ?? [])}
`;
}

function table(rows: readonly Row[]): string {
  const cells = [
    COLUMNS.map((column) => HEADINGS[column]),
    ...rows.map((row) => COLUMNS.map((column) => cell(row, column))),
  ];
  const widths = COLUMNS.map((_, i) => Math.max(3, ...cells.map((line) => (line[i] ?? '').length)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body.map(line)].join('\n');
}

function cell(row: Row, column: keyof Row): string {
  return column === 'name' ? `\`${row.name}\`` : row[column];
}
