import type { GoldenModel } from '../golden-model.ts';
import { goldenModels } from '../models.ts';

/** Set by `npm run test:lavapipe -- --part`, as in `npm test`. */
export const PART = 'MIXTAB_LAVAPIPE_PART';

/** Experts in groups with a latent cache, a recurrent state, a window with sinks: what f16 touches in different ways. */
const PART_OF_THEM: readonly string[] = ['qwen3moe-q8_0', 'deepseek2-v3-q8_0'];

/** One of each family, whose models share their blocks, and what the part has; or that part alone. */
export function testedModels(): readonly GoldenModel[] {
  const familyOf = ({ name }: GoldenModel): string => name.replace(/-.*/, '');
  const models = goldenModels.filter(({ exact }) => !exact);
  const isPart = ({ name }: GoldenModel): boolean => PART_OF_THEM.includes(name);
  if (process.env[PART] === '1') return models.filter(isPart);
  return models.filter(
    (model, i) => isPart(model) || models.findIndex((other) => familyOf(other) === familyOf(model)) === i,
  );
}
