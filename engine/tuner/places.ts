import type { Steps } from '../generate/reserve.ts';
import { type Site, siteKey } from '../kernels/choices.ts';
import type { PendingDispatch } from '../steps/step-builder.ts';

/** A place in one layer: its launches, in order. */
export interface Instance {
  /** Undefined outside of layers. */
  readonly layer: number | undefined;
  readonly launches: readonly PendingDispatch[];
}

/** Launches of one site, in all layers that have it. */
export interface Place {
  readonly site: Site;
  /** Whether they are of a step of one token, or of many. */
  readonly size: 'one' | 'many';
  readonly instances: readonly Instance[];
}

/** The places of a model's steps by their keys. */
export function placesOf({ decode, output, prefill }: Steps): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  const add = (size: Place['size'], pending: readonly PendingDispatch[]): void => {
    const bySite = new Map<string, { readonly site: Site; readonly launches: PendingDispatch[] }>();
    for (const launch of pending) {
      const { site } = launch;
      if (site === undefined) continue;
      const known = bySite.get(siteKey(site));
      if (known === undefined) bySite.set(siteKey(site), { site, launches: [launch] });
      else known.launches.push(launch);
    }
    for (const [key, { site, launches }] of bySite) places.set(key, { site, size, instances: instancesOf(launches) });
  };
  add('one', [...decode.launches, ...output.launches]);
  add('many', prefill.launches);
  return places;
}

function instancesOf(launches: readonly PendingDispatch[]): readonly Instance[] {
  const byLayer = new Map<number | undefined, PendingDispatch[]>();
  for (const launch of launches) {
    const layer = layerOf(launch);
    const own = byLayer.get(layer);
    if (own === undefined) byLayer.set(layer, [launch]);
    else own.push(launch);
  }
  return [...byLayer].map(([layer, own]) => ({ layer, launches: own }));
}

/** Launches of layers have names such as `blk.3 router`. */
export function layerOf({ name }: Pick<PendingDispatch, 'name'>): number | undefined {
  const layer = /^blk\.(\d+) /.exec(name)?.[1];
  return layer === undefined ? undefined : Number(layer);
}
