import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useMediaQuery } from '../../layout/use-media-query.ts';
import { useModel, useStores } from '../../state/stores.tsx';
import { CATALOGUE, type CatalogueId, fileUrl } from '../catalogue.ts';
import { SURENESS } from '../catalogue-parts.tsx';
import { CATALOGUE_COSTS } from '../speed/catalogue-costs.ts';
import { speedRange } from '../speed/speed-range.ts';
import { useMeasuredSpeeds } from '../speed/use-speed-here.ts';
import { type DownloadTime, downloadTime, measuredRate } from './download-time.ts';
import { type Sorted, sortForDevice } from './for-device.ts';

type Entry = (typeof CATALOGUE)[number];

/** What Chromium tells of a device, and others do not. */
interface Telling {
  readonly deviceMemory?: number;
  readonly connection?: { readonly downlink?: number };
}

export function useForDevice(): Sorted<Entry> {
  const { downloads } = useStores();
  const storage = useStore(downloads, (state) => state.storage);
  const isSoftware = useModel((state) => state.device?.isFallback === true);
  const isHandheld = useMediaQuery('(hover: none) and (pointer: coarse)');
  const measured = useMeasuredSpeeds();
  const report = storage.kind === 'read' ? storage.report : null;
  return sortForDevice<Entry>(
    CATALOGUE,
    {
      memoryGb: (navigator as Telling).deviceMemory ?? null,
      roomBytes: report !== null && report.quotaBytes > 0 ? report.quotaBytes - report.usageBytes : Infinity,
      isHandheld,
      isSoftware,
    },
    {
      isHere: (entry) => report?.models.some(({ url, complete }) => complete && url === fileUrl(entry)) === true,
      fastest: ({ id }) => {
        const cost = CATALOGUE_COSTS[id satisfies CatalogueId];
        return speedRange(measured, cost, SURENESS[cost.from])?.fast ?? null;
      },
    },
  );
}

export function useDownloadTime(bytes: number): DownloadTime {
  const { downloads } = useStores();
  const running = useStore(downloads, (state) => state.downloads.some(({ status }) => status.kind === 'running'));
  const [rate, setRate] = useState(measuredRate);
  useEffect(() => setRate(measuredRate()), [running]);
  return downloadTime(bytes, rate, (navigator as Telling).connection?.downlink);
}
