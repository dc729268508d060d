import type { GoldenModel } from '../golden-model.ts';
import { goldenModels } from '../models.ts';

/** Of `npm run test:lavapipe -- --part`, as `npm test` runs it. */
export const IS_PART = process.env['MIXTAB_LAVAPIPE_PART'] === '1';

/** Experts in groups, a latent cache, and a near tie that f16 decides otherwise. */
const PART_OF_THEM: readonly string[] = ['deepseek2-v3-q8_0'];

/** One of each family, whose models share their blocks, and what the part has; or that part alone. */
export function testedModels(): readonly GoldenModel[] {
  const familyOf = ({ name }: GoldenModel): string => name.replace(/-.*/, '');
  const models = goldenModels.filter(({ exact }) => !exact);
  const isPart = ({ name }: GoldenModel): boolean => PART_OF_THEM.includes(name);
  if (IS_PART) return models.filter(isPart);
  return models.filter(
    (model, i) => isPart(model) || models.findIndex((other) => familyOf(other) === familyOf(model)) === i,
  );
}
