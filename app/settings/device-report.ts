/** What the page knows of the device, as text for a bug report. In English, for those who read it are its developers. */
import type { DeviceReport, EngineErrorData, MemoryReport, ShapePart, TunedPlace } from '../../engine/api.ts';
import { pageVersion } from './page-version.ts';
import type { ModelStatus } from '../state/model-store.ts';

export interface Surroundings {
  /** Null while it is asked for; an error where the browser gives no adapter. */
  readonly device: DeviceReport | EngineErrorData | null;
  readonly memory: MemoryReport | null;
  readonly model: ModelStatus;
}

export function isError(device: DeviceReport | EngineErrorData): device is EngineErrorData {
  return 'code' in device;
}

/** Vendor, architecture and description: whatever of them the browser tells. */
export function adapterName({ vendor, architecture, description }: DeviceReport): string {
  return [description, vendor, architecture].filter((part) => part !== '').join(' · ');
}

export function memoryOf({ weights, experts, kvCache, activations }: MemoryReport): number {
  return weights + experts + kvCache + activations;
}

/** Markdown: a table of the facts, and the limits folded away. */
export function reportAsMarkdown({ device, memory, model }: Surroundings): string {
  const facts: (readonly [string, string])[] = [
    ['Mixtab', pageVersion()],
    ['Browser', navigator.userAgent],
    ['Model', modelLine(model)],
  ];
  if (memory !== null && memoryOf(memory) > 0) {
    const { weights, experts, kvCache, activations } = memory;
    facts.push([
      'GPU memory (bytes)',
      `weights ${weights}, experts ${experts}, context ${kvCache}, activations ${activations}`,
    ]);
  }
  let limits = '';
  if (device !== null && isError(device)) {
    facts.push(['GPU', `${device.code}: ${device.detail ?? device.message}`]);
  } else if (device !== null) {
    facts.push(
      ['GPU', adapterName(device) || 'not named by the browser'],
      ['Fallback adapter', device.isFallback ? 'yes' : 'no'],
      ['shader-f16', device.features.includes('shader-f16') ? 'yes' : 'no'],
      ['subgroups', device.features.includes('subgroups') ? 'yes' : 'no'],
      ['Features', [...device.features].sort().join(', ')],
    );
    limits = `\n<details><summary>Limits</summary>\n\n${table(
      Object.entries(device.limits).map(([name, value]) => [name, String(value)]),
    )}\n</details>\n`;
  }
  const tuning = device === null || isError(device) ? '' : kernelTable(device.tuning ?? []);
  return `### Mixtab device report\n\n${table(facts)}${tuning}${limits}`;
}

function kernelTable(places: readonly TunedPlace[]): string {
  const measured = places.filter(({ speedup, rejected }) => speedup !== null || rejected.length > 0);
  if (measured.length === 0) return '';
  const nameOf = (parts: readonly ShapePart[]): string =>
    parts.map((part) => ('count' in part ? `${part.what} ${part.count}` : part.what)).join(', ');
  const rows = measured.map(({ kind, shape, choice, speedup, rejected }) => {
    const chosen = choice === null ? 'built-in' : `${nameOf(choice)} (${speedup?.toFixed(2)} times as fast)`;
    const others = rejected.map(({ shape: refused, why }) => `; ${why}: ${nameOf(refused)}`).join('');
    return [`${kind} ${shape}`, `${chosen}${others}`] as const;
  });
  return `\nKernels by measurement:\n\n${table(rows)}`;
}

function modelLine(model: ModelStatus): string {
  switch (model.kind) {
    case 'none':
      return 'none';
    case 'loading':
      return `loading (${model.progress.stage})`;
    case 'failed':
      return `failed: ${model.error.code}: ${model.error.detail ?? model.error.message}`;
    case 'ready': {
      const { name, architecture, quantization, contextLength } = model.info;
      return `${name}, ${architecture}, ${quantization}, context ${contextLength}`;
    }
    default:
      return model satisfies never;
  }
}

function table(rows: readonly (readonly [string, string])[]): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
  return `| | |\n| --- | --- |\n${rows.map(([name, value]) => `| ${name} | ${cell(value)} |\n`).join('')}`;
}
