import { t } from '../../i18n/i18n.ts';
import { bytes, duration } from '../../layout/quantities.ts';
import type { DownloadTime } from './download-time.ts';
import type { Obstacle } from './for-device.ts';

export function obstacleInWords(obstacle: Obstacle): string {
  switch (obstacle.kind) {
    case 'room':
    case 'memory': {
      const [need, have] = [bytes(obstacle.needBytes), bytes(Math.max(0, obstacle.haveBytes))];
      return t(`catalogue:forDevice.obstacles.${obstacle.kind}`, { need, have });
    }
    case 'handheld':
    case 'software':
      return t(`catalogue:forDevice.obstacles.${obstacle.kind}`);
    default:
      return obstacle satisfies never;
  }
}

export function timeInWords(time: DownloadTime): string {
  switch (time.kind) {
    case 'measured':
    case 'estimated': {
      const [from, to] = [roughly(time.from), roughly(time.to)];
      return from === to
        ? t('catalogue:forDevice.time.about', { time: to })
        : t('catalogue:forDevice.time.range', { from, to });
    }
    case 'at-most':
      return t('catalogue:forDevice.time.atMost', { time: roughly(time.to) });
    case 'unknown':
      return t('catalogue:forDevice.time.unknown', { time: roughly(time.at100Mbit) });
    default:
      return time satisfies never;
  }
}

/** More digits would say that it is known. */
function roughly(ms: number): string {
  const minute = 60_000;
  const step = ms < minute ? 10_000 : ms < 10 * minute ? minute : ms < 60 * minute ? 5 * minute : 30 * minute;
  return duration(Math.max(step, Math.round(ms / step) * step));
}
