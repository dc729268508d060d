/** Numbers as people read them, in the language of the page. A number and its unit stand apart, as in SI, and on one line. */
import i18next from 'i18next';

/** Between a number and its unit: a line never ends there. */
const NO_BREAK = '\u00a0';

const formats = new Map<string, Intl.NumberFormat>();

/** Formats are slow to make and quick to use. */
function format(value: number, options: Intl.NumberFormatOptions): string {
  const key = `${i18next.language} ${JSON.stringify(options)}`;
  let numberFormat = formats.get(key);
  if (numberFormat === undefined) {
    numberFormat = new Intl.NumberFormat(i18next.language, options);
    formats.set(key, numberFormat);
  }
  const written = numberFormat.formatToParts(value).reduce((text, { type, value: part }) => {
    const isUnit = type === 'unit' || type === 'compact' || type === 'percentSign';
    return isUnit && /\p{N}$/u.test(text) ? `${text} ${part}` : text + part;
  }, '');
  return written.replaceAll(' ', NO_BREAK);
}

export function count(value: number): string {
  return format(value, {});
}

/** A measure or a setting, such as `0.65`. */
export function decimal(value: number, digits = 2): string {
  return format(value, { maximumFractionDigits: digits });
}

/** Bytes in decimal units, as browsers and download pages give them. */
export function bytes(value: number): string {
  const unit = (name: string, per: number, digits: number): string =>
    format(value / per, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits });
  if (value < 1e6) return unit('kilobyte', 1e3, 0);
  if (value < 1e9) return unit('megabyte', 1e6, 1);
  return unit('gigabyte', 1e9, 1);
}

/** Such as `20.1 M` or `15.7 B`. */
export function parameters(value: number): string {
  return format(value, { notation: 'compact', maximumSignificantDigits: 3 });
}

export function perSecond(tokens: number, ms: number): string {
  const rate = format((tokens * 1000) / ms, { maximumFractionDigits: 1 });
  return i18next.t('layout:quantities.tokensPerSecond', { rate });
}

/** A share of 0 to 1. */
export function percent(share: number, digits = 0): string {
  return format(share, { style: 'percent', maximumFractionDigits: digits });
}

/** The two largest units of a time span: `0.8 s`, `42 s`, `3 m 5 s`, `2 h 10 m`. */
export function duration(ms: number): string {
  const unit = (value: number, name: string, digits = 0): string =>
    format(value, { style: 'unit', unit: name, unitDisplay: 'narrow', maximumFractionDigits: digits });
  const seconds = Math.round(ms / 1000);
  if (ms < 10_000) return unit(ms / 1000, 'second', 1);
  if (seconds < 60) return unit(seconds, 'second');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return join(unit(minutes, 'minute'), seconds % 60, unit(seconds % 60, 'second'));
  return join(unit(Math.floor(minutes / 60), 'hour'), minutes % 60, unit(minutes % 60, 'minute'));
}

function join(first: string, rest: number, second: string): string {
  return rest === 0 ? first : `${first}${NO_BREAK}${second}`;
}
