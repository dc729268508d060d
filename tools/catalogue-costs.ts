// npm run catalogue-costs: writes app/models/speed/catalogue-costs.ts, what a decoded token costs in each model of the catalogue.
import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { catalogueCosts } from '../bench/catalogue-costs.ts';

const FILE = 'app/models/speed/catalogue-costs.ts';

const rows = (await catalogueCosts()).map(
  ({ id, cost, from }) =>
    `'${id}': { bytes: ${Math.round(cost.bytes / 1e6)}e6, operations: ${Math.round(cost.operations / 1e6)}e6, ` +
    `launches: ${cost.launches}, from: '${from}' },`,
);
const code = `// Written by \`npm run catalogue-costs\`.
import type { DecodeCost } from '../../../engine/api.ts';
import type { CatalogueId } from '../catalogue.ts';

/** \`shape\`: counted from a header in the model's shapes; \`size\`: from its active weights, and the launches of its architecture. */
export interface CatalogueCost extends DecodeCost {
  readonly from: 'shape' | 'size';
}

export const CATALOGUE_COSTS: Readonly<Record<CatalogueId, CatalogueCost>> = {
${rows.join('\n')}
};
`;
writeFileSync(FILE, await format(code, { ...(await resolveConfig(FILE)), filepath: FILE }));
