/** Numbers as people read them. One locale, because the page speaks English. */

const COUNT = new Intl.NumberFormat('en');
const ONE_DIGIT = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const THREE_FIGURES = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

export function count(value: number): string {
  return COUNT.format(value);
}

/** Bytes in decimal units, as browsers and download pages give them. */
export function bytes(value: number): string {
  if (value < 1e6) return `${COUNT.format(Math.round(value / 1e3))} kB`;
  if (value < 1e9) return `${ONE_DIGIT.format(value / 1e6)} MB`;
  return `${ONE_DIGIT.format(value / 1e9)} GB`;
}

/** Such as `20.1 M` or `15.7 B`. */
export function parameters(value: number): string {
  if (value < 1e6) return `${THREE_FIGURES.format(value / 1e3)} k`;
  if (value < 1e9) return `${THREE_FIGURES.format(value / 1e6)} M`;
  return `${THREE_FIGURES.format(value / 1e9)} B`;
}

export function perSecond(tokens: number, ms: number): string {
  return `${ONE_DIGIT.format((tokens * 1000) / ms)} tokens/s`;
}

/** A share of 0 to 1. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
