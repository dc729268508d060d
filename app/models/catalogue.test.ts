import { describe, expect, test } from 'vitest';
import type { Gguf } from '../../engine/formats/gguf.ts';
import { requireArchitecture } from '../../engine/models/architectures.ts';
import { CATALOGUE, type CatalogueEntry, fileUrl, publishedSha256 } from './catalogue.ts';

/** Bits a weight that a file of each kind may come to, embeddings and fallbacks included. */
const BITS: Readonly<Record<string, readonly [number, number]>> = {
  Q2_K: [2.6, 3.4],
  Q3_K: [3.4, 4.2],
  Q4_0: [4.5, 4.9],
  Q4_K_M: [4.7, 5.5],
  MXFP4: [4.25, 5],
  'UD-IQ3_XXS': [2.9, 3.4],
  'UD-IQ4_XS': [4.1, 4.7],
};

function engineRuns(architecture: string): boolean {
  try {
    requireArchitecture({ metadata: { string: () => architecture } } as unknown as Gguf);
    return true;
  } catch {
    return false;
  }
}

/** The one in the middle between what comes with the page and the smallest mixture. */
function isDense({ id }: CatalogueEntry): boolean {
  return id === 'lfm2-350m';
}

describe.each<CatalogueEntry>([...CATALOGUE])('$id', (entry) => {
  test('runs', () => {
    expect(engineRuns(entry.architecture)).toBe(true);
  });

  test('has a size that its parameters and bits explain, within 0.8 GB to 22 GB, or 0.2 GB where it is dense', () => {
    const [least, most] = BITS[entry.quantization] ?? [];
    expect(least, entry.quantization).toBeDefined();
    if (entry.bytes === null) return;
    const bits = (entry.bytes * 8) / entry.parameters;
    expect(bits).toBeGreaterThan(least ?? Infinity);
    expect(bits).toBeLessThan(most ?? 0);
    expect(entry.bytes).toBeGreaterThan(isDense(entry) ? 0.2e9 : 0.8e9);
    expect(entry.bytes).toBeLessThan(22e9);
  });

  test('is a mixture of experts, of a known repository, with an address of the right form', () => {
    if (!isDense(entry)) expect(entry.activeParameters).toBeLessThan(entry.parameters / 2);
    expect(entry.repo).toMatch(/^[\w.-]+\/[\w.-]+$/);
    const url = fileUrl(entry);
    if (url === null) return;
    expect(new URL(url).pathname).toMatch(/^\/[\w.-]+\/[\w.-]+\/resolve\/main\/[\w.-]+\.gguf$/);
    expect(entry.file?.toLowerCase()).toContain(entry.quantization.toLowerCase());
  });

  test('marks what is known of it', () => {
    if (entry.sha256 !== null) expect(entry.sha256).toMatch(/^[0-9a-f]{64}$/);
    if (entry.bytes === null) expect(entry.checked).toBe('not-verified');
    if (entry.file === null) expect([entry.bytes, entry.sha256]).toEqual([null, null]);
    expect(publishedSha256(fileUrl(entry) ?? '')).toBe(entry.sha256);
  });
});

test('no two entries share an id, a file or a SHA-256', () => {
  for (const key of ['id', 'file', 'sha256'] as const) {
    const values = CATALOGUE.map((entry) => entry[key]).filter((value) => value !== null);
    expect(new Set(values).size).toBe(values.length);
  }
});
