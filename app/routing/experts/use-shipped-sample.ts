import { useEffect, useState } from 'react';
import { loadPart } from '../../layout/load-part.ts';
import { useModel } from '../../state/stores.tsx';
import type { RoutingRecord } from '../routing-record.ts';
import { sampleFor, type ShippedSample } from './shipped-sample.ts';

/** The shipped sample, where it is of the very file that wrote this record; else null, and so it is until it is read. */
export function useShippedSample({ file, layers, experts }: RoutingRecord): ShippedSample | null {
  const bundled = useModel((state) => state.bundled);
  const [sample, setSample] = useState<ShippedSample | null>(null);
  const sha256 = bundled?.sha256;
  // The bundled file's address has its hash, and a store's key the address.
  const isBundled = bundled !== null && file !== undefined && file.includes(bundled.url);
  useEffect(() => {
    if (!isBundled) return;
    let isWanted = true;
    loadPart(() => import('./shipped-sample.json')).then(
      (read) => {
        if (isWanted) setSample(sampleFor(read.default, sha256));
      },
      () => undefined, // without it there are the person's own answers
    );
    return () => {
      isWanted = false;
    };
  }, [isBundled, sha256]);
  const fits = isBundled && sample?.experts === experts && sample.layers.join() === layers.join();
  return fits ? sample : null;
}
