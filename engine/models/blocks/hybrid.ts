import type { HyperParameters } from '../hyper-parameters.ts';
import type { ModelShape } from '../model.ts';
import { MAX_HEADS } from './attention-limits.ts';

/** Which layers of a hybrid attend: a header gives the others no key heads. Where it says nothing, all do. */
export function attentionLayers(file: HyperParameters, { layers }: ModelShape): readonly boolean[] {
  const keyHeads = file.perLayer('attention.head_count_kv', layers, { least: 0, most: MAX_HEADS }, 1);
  return keyHeads.map((count) => count > 0);
}
