/** Quantities of models and downloads, in words. */
import type { EngineErrorData } from '../../engine/api.ts';
import { t } from '../i18n/i18n.ts';
import { bytes, count, duration, parameters, percent } from '../layout/quantities.ts';
import type { Download } from './downloads-store.ts';

interface Parameters {
  readonly parameters: number;
  readonly activeParameters: number;
}

/** Such as `20.1 M parameters, 6.7 M active`. */
export function sizeInWords(info: Parameters): string {
  const { total, active } = inWords(info);
  return t('models:quantities.sizeInWords', { total, active });
}

/** The same for a phone's header. */
export function shortSize(info: Parameters): string {
  const { total, active } = inWords(info);
  return t('models:quantities.shortSize', { total, active });
}

function inWords(info: Parameters): { total: string; active: string } {
  return { total: parameters(info.parameters), active: parameters(info.activeParameters) };
}

export function tokens(value: number): string {
  return t('models:quantities.tokens', { count: value, formatted: count(value) });
}

/** `bytesPerSecond` as people read it. */
export function speed(bytesPerSecond: number): string {
  return t('models:quantities.speed', { size: bytes(bytesPerSecond) });
}

/** Where a download is: amount, share, speed, time left; or why it stands. */
export function downloadInWords({ status, loadedBytes, totalBytes }: Download): string {
  const share = totalBytes > 0 ? percent(Math.min(1, loadedBytes / totalBytes)) : '';
  const amount =
    totalBytes > 0 ? t('models:quantities.ofTotal', { part: bytes(loadedBytes), total: bytes(totalBytes) }) : '';
  switch (status.kind) {
    case 'queued':
      return joined(t('models:downloads.queued'), amount);
    case 'running': {
      if (status.stage === 'header') return t('models:downloads.header');
      const left =
        status.secondsLeft === null ? '' : t('models:quantities.left', { time: duration(status.secondsLeft * 1000) });
      if (status.stage === 'verify') return joined(t('models:downloads.verify'), share, left);
      return joined(amount, share, status.bytesPerSecond === null ? '' : speed(status.bytesPerSecond), left);
    }
    case 'paused':
      return joined(t('models:downloads.paused'), amount, share);
    case 'failed':
      return joined(amount, share);
    case 'done':
      return joined(t('models:downloads.done'), bytes(totalBytes));
    default:
      return status satisfies never;
  }
}

/** Why a download stands, and what can be done. */
export function failureInWords(error: EngineErrorData): string {
  switch (error.code) {
    case 'wrong-content':
      return t('models:downloads.wrongContent');
    case 'network':
      return navigator.onLine ? error.message : t('models:downloads.offline');
    default:
      return error.message;
  }
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
