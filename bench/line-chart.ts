// One line chart as SVG: no scripts, colours for light and dark. Four charts are no reason for a library that wants a document.

interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** A line that was reckoned, not measured, is dashed. */
  readonly dashed?: boolean;
}

export interface Chart {
  readonly title: string;
  /** For those who do not see it. */
  readonly description: string;
  readonly x: { readonly label: string; readonly log: boolean };
  readonly y: { readonly label: string; readonly log?: boolean };
  readonly lines: readonly Line[];
  /** Where the lines are not. */
  readonly legend?: 'left' | 'right';
}

const [WIDTH, HEIGHT] = [720, 380];
const AREA = { left: 64, right: 20, top: 44, bottom: 56 } as const;
/** Told apart without colour too: by their marks. Contrast of 3 : 1 on both grounds. */
const COLOURS = [
  { light: '#1f5fbf', dark: '#7db3ff' },
  { light: '#a8480a', dark: '#ffb066' },
  { light: '#0f7a52', dark: '#5fd6a5' },
  { light: '#8a2f8f', dark: '#e39be8' },
  { light: '#7a6a00', dark: '#e0cf52' },
] as const;

const STYLE = `
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; font-size: 15px; }
.ground { fill: #ffffff; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.line { fill: none; stroke-width: 2; }
.dashed { stroke-dasharray: 6 5; }
${COLOURS.map(({ light }, i) => `.c${i} { stroke: ${light}; } .f${i} { fill: ${light}; }`).join('\n')}
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .ground { fill: #0d1117; } .grid { stroke: #3a424c; }
${COLOURS.map(({ dark }, i) => `.c${i} { stroke: ${dark}; } .f${i} { fill: ${dark}; }`).join('\n')}
}`;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** A number as an axis has it: 16k, 0.5. */
function short(value: number): string {
  if (value >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1000) return `${Number((value / (value % 1024 === 0 ? 1024 : 1000)).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

function linear(most: number, from: number, to: number): Scale {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
  const top = Math.ceil(most / step) * step;
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step);
  return { ticks, at: (value) => from + ((to - from) * value) / top };
}

function logarithmic(values: readonly number[], from: number, to: number, ticks: readonly number[]): Scale {
  const [least, most] = [Math.log(Math.min(...values) / 1.15), Math.log(Math.max(...values) * 1.15)];
  return { ticks, at: (value) => from + ((to - from) * (Math.log(value) - least)) / (most - least) };
}

function tens(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const found: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(least)); power <= most; power *= 10)
    for (const times of [1, 2, 5]) if (times * power >= least && times * power <= most) found.push(times * power);
  return found;
}

const MARKS: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `<circle cx="${x}" cy="${y}" r="4"`,
  (x, y) => `<rect x="${x - 4}" y="${y - 4}" width="8" height="8"`,
  (x, y) => `<path d="M${x} ${y - 5}L${x + 5} ${y + 4}H${x - 5}Z"`,
  (x, y) => `<path d="M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z"`,
  (x, y) => `<path d="M${x} ${y + 5}L${x + 5} ${y - 4}H${x - 5}Z"`,
];

export function lineChart({ title, description, x, y, lines, legend = 'right' }: Chart): string {
  const all = lines.flatMap(({ points }) => points);
  const [xs, ys] = [all.map(([value]) => value), all.map(([, value]) => value)];
  const [left, right, top, bottom] = [AREA.left, WIDTH - AREA.right, AREA.top, HEIGHT - AREA.bottom];
  const xTicks = [...new Set(lines[0]?.points.map(([value]) => value) ?? [])];
  const xScale = x.log ? logarithmic(xs, left, right, xTicks) : linear(Math.max(...xs), left, right);
  const yScale = y.log === true ? logarithmic(ys, bottom, top, tens(ys)) : linear(Math.max(...ys), bottom, top);
  const round = (value: number): number => Math.round(value * 10) / 10;
  const parts: string[] = [
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="8"/>`,
    `<text class="title" x="${left}" y="24">${escaped(title)}</text>`,
  ];
  for (const tick of yScale.ticks) {
    const at = round(yScale.at(tick));
    parts.push(`<path class="grid" d="M${left} ${at}H${right}"/>`);
    parts.push(`<text x="${left - 8}" y="${at + 4}" text-anchor="end">${short(tick)}</text>`);
  }
  for (const tick of xScale.ticks) {
    const at = round(xScale.at(tick));
    parts.push(`<path class="grid" d="M${at} ${bottom}v5"/>`);
    parts.push(`<text x="${at}" y="${bottom + 20}" text-anchor="middle">${short(tick)}</text>`);
  }
  parts.push(`<text x="${(left + right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(x.label)}</text>`);
  parts.push(
    `<text x="16" y="${(top + bottom) / 2}" text-anchor="middle" transform="rotate(-90 16 ${(top + bottom) / 2})">${escaped(y.label)}</text>`,
  );
  lines.forEach(({ label, points, dashed = false }, i) => {
    const colour = i % COLOURS.length;
    const placed = points.map(([px, py]) => [round(xScale.at(px)), round(yScale.at(py))] as const);
    const path = placed.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${px} ${py}`).join('');
    parts.push(`<path class="line c${colour}${dashed ? ' dashed' : ''}" d="${path}"/>`);
    const mark = MARKS[colour];
    if (mark === undefined) return;
    if (!dashed) parts.push(...placed.map(([px, py]) => `${mark(px, py)} class="f${colour}"/>`));
    const at = { x: legend === 'right' ? right - 32 : left + 10, y: top + 10 + i * 19 };
    const [textAt, anchor] = legend === 'right' ? [at.x - 8, 'end'] : [at.x + 36, 'start'];
    parts.push(`<path class="line c${colour}${dashed ? ' dashed' : ''}" d="M${at.x} ${at.y}h28"/>`);
    if (!dashed) parts.push(`${mark(at.x + 14, at.y)} class="f${colour}"/>`);
    parts.push(`<text x="${textAt}" y="${at.y + 4}" text-anchor="${anchor}">${escaped(label)}</text>`);
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="t d">` +
    `<title id="t">${escaped(title)}</title><desc id="d">${escaped(description)}</desc>` +
    `<style>${STYLE}</style>\n${parts.join('\n')}\n</svg>\n`
  );
}
