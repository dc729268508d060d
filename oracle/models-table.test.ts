import { expect, test } from 'vitest';
import { describeGolden, differenceCell, readTable, writeTable } from './models-table.ts';
import { goldenModels } from './models.ts';

test('docs/models.md has the models that are checked, as their files are: npm run models-table', async () => {
  const rows = readTable();
  const described = await Promise.all(goldenModels.map(describeGolden));
  const models = rows.map(({ name, layers, experts, types }) => ({ name, layers, experts, types }));
  expect(models).toEqual(described.toSorted((a, b) => rank(a.name) - rank(b.name)));
  for (const { name, prefill, decode, kernels } of rows) {
    for (const difference of [prefill, decode]) expect(Number(difference), name).toBeLessThanOrEqual(1e-3);
    expect(prefill, name).toMatch(/^(0|[1-9]e-\d+)$/);
    expect(kernels, name).toContain('rows');
  }
});

/** Models first, then embeddings alone. */
function rank(name: string): number {
  const index = goldenModels.findIndex((golden) => golden.name === name);
  return goldenModels[index]?.exact === true ? goldenModels.length + index : index;
}

test('the table is read as it was written', () => {
  const rows = readTable();
  expect(readTable(writeTable(rows))).toEqual(rows);
});

test.each([
  [1.2e-5, undefined, '2e-5'],
  [2e-5, undefined, '2e-5'],
  [9.7e-6, undefined, '1e-5'],
  [0, undefined, '0'],
  [1.2e-5, '3e-5', '3e-5'],
  [3.1e-5, '3e-5', '4e-5'],
  [2e-6, '3e-5', '2e-6'],
  [0, '0', '0'],
])('%d after %s is %s', (difference, before, cell) => expect(differenceCell(difference, before)).toBe(cell));
