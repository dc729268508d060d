/** Perceptually uniform colours: OKLab (Björn Ottosson, 2020) to sRGB and back, and the contrast of WCAG 2. */

/** Red, green and blue, 0 to 1, with the transfer curve of sRGB. */
export type Rgb = readonly [number, number, number];

/** Lightness 0 to 1, and the two axes green–red and blue–yellow. */
export type Oklab = readonly [number, number, number];

/** A colour outside of sRGB loses chroma, not hue or lightness, until it is inside. */
export function oklabToRgb([lightness, a, b]: Oklab): Rgb {
  for (let chroma = 1; chroma > 0.02; chroma -= 0.04) {
    const linear = toLinear(lightness, a * chroma, b * chroma);
    if (linear.every((value) => value > -1e-4 && value < 1 + 1e-4)) return encode(linear);
  }
  return encode(toLinear(lightness, 0, 0));
}

function toLinear(lightness: number, a: number, b: number): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

export function rgbToOklab(color: Rgb): Oklab {
  const [red, green, blue] = color.map(decode) as [number, number, number];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function encode(linear: Rgb): Rgb {
  return linear.map((value) => {
    const inside = Math.max(0, Math.min(1, value));
    return inside <= 0.0031308 ? 12.92 * inside : 1.055 * inside ** (1 / 2.4) - 0.055;
  }) as [number, number, number];
}

function decode(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** `share` of the way from one colour to another, as the eye sees it. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const start = rgbToOklab(from);
  const end = rgbToOklab(to);
  return oklabToRgb(start.map((value, i) => value + ((end[i] ?? 0) - value) * share) as [number, number, number]);
}

/** @param hex such as `#fdf0d5` or `#fff` */
export function parseHex(hex: string): Rgb {
  const digits = hex.trim().replace('#', '');
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const part = (at: number): number => (Number.parseInt(full.slice(at, at + 2), 16) || 0) / 255;
  return [part(0), part(2), part(4)];
}

export function cssColor(color: Rgb): string {
  return `#${color
    .map((value) =>
      Math.round(value * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** Contrast of two colours, 1 to 21, as WCAG 2 defines it. */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map(decode) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
