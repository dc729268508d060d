import type { TunedKind } from '../api.ts';
import type { KernelProfile } from '../gpu/device.ts';
import type { Tuning } from './tuning.ts';

/** What launches do that want the same shape of kernel, such as all products of one type and size (see `engine/tuner/`). */
export interface Site {
  readonly kind: TunedKind;
  /** Weight type and sizes, such as `Q4_K 768 × 2048, 8 of 128`. */
  readonly shape: string;
}

/** How kernels of a site differ from what the device would have by itself. What is not given stays as it is. */
export interface Choice {
  readonly profile?: KernelProfile;
  readonly f16?: false;
  readonly subgroups?: false;
  readonly tuning?: Partial<Tuning>;
}

/** What was chosen for a site; undefined: nothing. */
export type Choose = (site: Site) => Choice | undefined;

export function siteKey({ kind, shape }: Site): string {
  return `${kind} ${shape}`;
}
