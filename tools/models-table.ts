// `npm run models-table`: writes docs/models.md anew, with what the golden tests measured last (`npx vitest run engine/models/golden`,
// or `-t NAME`). A model that was not run here keeps what the table says of it; one that the table does not have is run, with `rows`.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { GoldenModel } from '../oracle/golden-model.ts';
import {
  describeGolden,
  differenceCell,
  measuredDifference,
  MODELS_TABLE,
  readTable,
  type Row,
  writeTable,
} from '../oracle/models-table.ts';
import { goldenModels } from '../oracle/models.ts';

const known = new Map(
  existsSync(MODELS_TABLE) ? readTable(readFileSync(MODELS_TABLE, 'utf8')).map((row) => [row.name, row]) : [],
);

const isMissing = ({ name }: GoldenModel): boolean => measuredDifference(name) === undefined && !known.has(name);
const missing = goldenModels.filter(isMissing).map(({ name }) => name);
if (missing.length > 0) {
  const pattern = missing.map((name) => `'${name.replaceAll('.', '\\.')}'$`).join('|');
  spawnSync('npx', ['vitest', 'run', 'engine/models/golden-rows', '-t', pattern], { stdio: 'inherit' });
}

const rows: Row[] = [];
for (const golden of goldenModels) {
  const before = known.get(golden.name);
  const measured = measuredDifference(golden.name);
  if (measured === undefined && before === undefined) throw new Error(`${golden.name} could not be measured`);
  // What was measured elsewhere with more kernels says more.
  const isLess = (before?.kernels.split(', ').length ?? 0) > (measured?.kernels.length ?? 0);
  rows.push({
    ...(await describeGolden(golden)),
    ...(measured === undefined || isLess
      ? { prefill: before?.prefill ?? '', decode: before?.decode ?? '', kernels: before?.kernels ?? '' }
      : {
          prefill: differenceCell(measured.prefill, before?.prefill),
          decode: differenceCell(measured.decode, before?.decode),
          kernels: measured.kernels.join(', '),
        }),
  });
}
writeFileSync(MODELS_TABLE, writeTable(rows));
