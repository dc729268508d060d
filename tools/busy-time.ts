// How long the main thread of a page was busy, for tests and benchmarks in a machine that does other things as well.
import type { Page } from '@playwright/test';

/** @returns a function that tells the milliseconds of processor time, since the page began, whatever other programs did. */
export async function busyClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
  };
}
