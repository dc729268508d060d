// `int(…)`, `float(…)` and `round(…)` of Python.
import { TemplateError, typeError, valueError } from './errors.ts';
import { isStr, type Str, textOf } from './marked-text.ts';
import { SPACE, fixed } from './python-text.ts';
import { numeric, repr } from './value-operations.ts';
import { Float, integer, isInteger, isNumber, typeName, Undefined, type Value } from './values.ts';

const EDGES = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, 'g');
const DIGITS: Readonly<Record<number, RegExp>> = { 2: /^[01]+$/, 8: /^[0-7]+$/, 16: /^[\da-f]+$/i };

/** `int(text, base)` @throws ValueError */
function integerFrom(text: Str, base: number): Value {
  const invalid = (): TemplateError => valueError(`invalid literal for int() with base ${base}: ${textOf(repr(text))}`);
  const match = /^([-+]?)(0[xob])?(\w+)$/i.exec(textOf(text).replace(EDGES, ''));
  if (match === null || /^_|__|_$/.test(match[3] ?? '')) throw invalid();
  const [, sign, prefix = '', rest = ''] = match;
  const prefixBase = { '0x': 16, '0o': 8, '0b': 2 }[prefix.toLowerCase()];
  const digits = (prefix !== '' && prefixBase !== base && base !== 0 ? prefix + rest : rest).replaceAll('_', '');
  const realBase = base === 0 ? (prefixBase ?? 10) : base;
  if (digits.length > 4300) throw valueError('Exceeds the limit (4300 digits) for integer string conversion');
  const value = parseDigits(digits, realBase);
  if (value === undefined) throw invalid();
  return integer(sign === '-' ? -value : value);
}

function parseDigits(digits: string, base: number): bigint | undefined {
  if (base === 10) return /^\d+$/.test(digits) ? BigInt(digits) : undefined;
  if (DIGITS[base] !== undefined) {
    const prefix = base === 16 ? '0x' : base === 8 ? '0o' : '0b';
    return DIGITS[base].test(digits) ? BigInt(prefix + digits) : undefined;
  }
  if (base < 2 || base > 36) throw valueError('int() base must be >= 2 and <= 36, or 0');
  let value = 0n;
  for (const digit of digits.toLowerCase()) {
    const each = Number.parseInt(digit, 36);
    if (Number.isNaN(each) || each >= base) return undefined;
    value = value * BigInt(base) + BigInt(each);
  }
  return value;
}

/** `float(value)` @throws ValueError, TypeError */
export function toFloat(value: Value): Float {
  if (value instanceof Undefined) throw value.error();
  if (isNumber(value)) return new Float(numeric(value));
  if (!isStr(value)) throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
  const text = textOf(value).replace(EDGES, '');
  const special = /^([-+]?)(?:(inf|infinity)|nan)$/i.exec(text);
  if (special !== null) return new Float(special[2] === undefined ? NaN : special[1] === '-' ? -Infinity : Infinity);
  if (!/^[-+]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[-+]?\d+(_\d+)*)?$/i.test(text))
    throw valueError(`could not convert string to float: ${textOf(repr(value))}`);
  return new Float(Number(text.replaceAll('_', '')));
}

/** `int(value)` @throws ValueError, TypeError, OverflowError */
export function toInteger(value: Value, base = 10): Value {
  if (value instanceof Undefined) throw value.error();
  if (isStr(value)) return integerFrom(value, base);
  if (value instanceof Float) {
    if (Number.isNaN(value.value)) throw valueError('cannot convert float NaN to integer');
    if (!Number.isFinite(value.value))
      throw new TemplateError('OverflowError', 'cannot convert float infinity to integer');
    return integer(BigInt(Math.trunc(value.value)));
  }
  if (isInteger(value)) return typeof value === 'boolean' ? Number(value) : value;
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`);
}

/** `round(value, digits)`: exact halves go to the even neighbour. */
export function round(value: Value, digits: number): Value {
  if (value instanceof Undefined) throw value.error();
  if (isInteger(value)) {
    if (digits >= 0) return typeof value === 'boolean' ? Number(value) : value;
    if (digits < -4300) return 0;
    const unit = 10n ** BigInt(-digits);
    const whole = BigInt(value);
    const rest = ((whole % unit) + unit) % unit;
    const down = whole - rest;
    const isUp = rest * 2n > unit || (rest * 2n === unit && (down / unit) % 2n !== 0n);
    return integer(isUp ? down + unit : down);
  }
  if (!(value instanceof Float)) throw typeError(`type ${typeName(value)} doesn't define __round__ method`);
  if (!Number.isFinite(value.value)) return value;
  if (digits >= 0) return new Float(digits > 100 ? value.value : Number(fixed(value.value, digits)));
  const unit = 10 ** -digits;
  const scaled = value.value / unit;
  return new Float(Number.isFinite(unit) ? Number(fixed(scaled, 0)) * unit : 0);
}
