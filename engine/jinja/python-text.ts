// What Python knows about characters, where JavaScript has it otherwise.

/** White space, for a class of a regular expression: Python counts separators of information, and no byte order mark. */
export const SPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const IS_SPACE = new RegExp(`^[${SPACE}]+$`);

export function isSpace(text: string): boolean {
  return IS_SPACE.test(text);
}

const LINE_ENDS = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';

/** `str.splitlines`: where each line begins, ends, and ends with its line end. */
export function* lines(text: string): Generator<readonly [start: number, end: number, next: number], void, undefined> {
  const pattern = new RegExp(`\\r\\n|[${LINE_ENDS}]`, 'g');
  let start = 0;
  for (const { 0: mark, index } of text.matchAll(pattern)) {
    yield [start, index, index + mark.length];
    start = index + mark.length;
  }
  if (start < text.length) yield [start, text.length, text.length];
}

/** Order of code points. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const end = Math.min(a.length, b.length);
  let i = 0;
  while (i < end && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  if (i === end) return a.length - b.length;
  return order(a.charCodeAt(i)) - order(b.charCodeAt(i));
}

/** UTF-16 has the largest code points below U+E000. */
function order(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** As Python writes a text that stands in a list. */
export function quoteText(text: string): (part: string) => string {
  const quote = quoteOf(text);
  return (part) => part.replace(quote === '"' ? UNPRINTABLE : UNPRINTABLE_OR_QUOTE, escapeCharacter);
}

export function quoteOf(text: string): string {
  return text.includes("'") && !text.includes('"') ? '"' : "'";
}

const UNPRINTABLE = /[\\]|(?! )[\p{C}\p{Z}]/gu;
const UNPRINTABLE_OR_QUOTE = /[\\']|(?! )[\p{C}\p{Z}]/gu;

function escapeCharacter(character: string): string {
  switch (character) {
    case '\\':
    case "'":
      return `\\${character}`;
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
  }
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  if (point < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return point < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** `str(float)` */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) return `${digits}e${signed(exponent)}`;
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** `e+05`, as C writes exponents. */
export function signed(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** That JavaScript writes: all that a number has, where it is an exact half of something written. */
const MOST_DIGITS = 100;

/** So many digits behind the point; exact halves go to the even neighbour, as C does it. */
export function fixed(value: number, digits: number): string {
  const places = Math.min(digits, MOST_DIGITS);
  if (Math.abs(value) >= 1e21) {
    const whole = BigInt(value).toString();
    return places === 0 ? whole : `${whole}.${'0'.repeat(places)}`;
  }
  const rounded = value.toFixed(places);
  const exact = value.toFixed(MOST_DIGITS);
  const rest = exact.slice(exact.indexOf('.') + 1 + places);
  if (!/^50*$/.test(rest)) return rounded;
  // JavaScript takes the larger one.
  const down = exact.slice(0, exact.indexOf('.') + 1 + places).replace(/\.$/, '');
  return /[02468]$/.test(down) ? down : roundedAway(down);
}

function roundedAway(down: string): string {
  const negative = down.startsWith('-');
  const digits = down.replace(/[-.]/g, '');
  const places = down.includes('.') ? down.length - down.indexOf('.') - 1 : 0;
  const up = String(BigInt(digits) + 1n).padStart(digits.length, '0');
  const text = places === 0 ? up : `${up.slice(0, -places)}.${up.slice(-places)}`;
  return negative ? `-${text}` : text;
}
