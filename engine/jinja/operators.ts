// `+`, `*`, `//` and their like on Python's values.
import { TemplateError, typeError } from './errors.ts';
import { formatPercent } from './format.ts';
import { makesInteger, makesList } from './limits.ts';
import { asMarkup, concat, escapeHtml, isMarkup, isStr, repeat, type Str } from './marked-text.ts';
import { numeric } from './value-operations.ts';
import { Float, integer, isInteger, isNumber, List, Tuple, typeName, Undefined, type Value } from './values.ts';

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

export function calculate(left: Value, operator: BinaryOperator, right: Value): Value {
  if (isNumber(left) && isNumber(right)) return calculateNumbers(left, operator, right);
  switch (operator) {
    case '+':
      if (isStr(left) && isStr(right)) return added(left, right);
      if (left instanceof List && right instanceof List) return new List(joined(left.items, right.items));
      if (left instanceof Tuple && right instanceof Tuple) return new Tuple(joined(left.items, right.items));
      break;
    case '*':
      if (isInteger(right) && isSequence(left)) return repeated(left, Number(right));
      if (isInteger(left) && isSequence(right)) return repeated(right, Number(left));
      break;
    case '%':
      if (isStr(left)) return formatPercent(left, right);
      break;
    case '-':
    case '/':
    case '//':
    case '**':
      break;
    default:
      operator satisfies never;
  }
  for (const side of [left, right]) if (side instanceof Undefined) throw side.error();
  if (operator === '+' && isStr(left)) throw typeError(`can only concatenate str (not "${typeName(right)}") to str`);
  throw typeError(
    `unsupported operand type(s) for ${operator === '**' ? '** or pow()' : operator}: '${typeName(left)}' and '${typeName(right)}'`,
  );
}

export function negate(value: Value): Value {
  if (value instanceof Float) return new Float(-value.value);
  if (typeof value === 'bigint') return integer(-value);
  if (isInteger(value)) return 0 - Number(value);
  if (value instanceof Undefined) throw value.error();
  throw typeError(`bad operand type for unary -: '${typeName(value)}'`);
}

export function plus(value: Value): Value {
  if (value instanceof Undefined) throw value.error();
  if (!isNumber(value)) throw typeError(`bad operand type for unary +: '${typeName(value)}'`);
  return typeof value === 'boolean' ? Number(value) : value;
}

function isSequence(value: Value): value is Str | List | Tuple {
  return isStr(value) || value instanceof List || value instanceof Tuple;
}

function repeated(value: Str | List | Tuple, times: number): Value {
  if (isStr(value)) return isMarkup(value) ? asMarkup(repeat(value, times)) : repeat(value, times);
  const count = value.items.length === 0 ? 0 : Math.max(0, times);
  makesList(value.items.length * count);
  const items = Array.from({ length: count }, () => value.items).flat();
  return value instanceof List ? new List(items) : new Tuple(items);
}

function added(left: Str, right: Str): Str {
  if (!isMarkup(left) && !isMarkup(right)) return concat([left, right]);
  return asMarkup(concat([escapeHtml(left), escapeHtml(right)]));
}

function joined(left: readonly Value[], right: readonly Value[]): Value[] {
  makesList(left.length + right.length);
  return [...left, ...right];
}

type Numeric = number | bigint | boolean | Float;

function calculateNumbers(left: Numeric, operator: BinaryOperator, right: Numeric): Value {
  if (left instanceof Float || right instanceof Float || operator === '/')
    return new Float(calculateFloats(numeric(left), operator, numeric(right)));
  const [a, b] = [Number(left), Number(right)];
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
    const exact = calculateSmall(a, operator, b);
    if (exact !== undefined && Number.isSafeInteger(exact)) return exact + 0;
  }
  return calculateIntegers(BigInt(left), operator, BigInt(right));
}

/** Of whole numbers; undefined where the result may not be exact. */
function calculateSmall(a: number, operator: BinaryOperator, b: number): number | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//':
    case '%':
    case '/':
    case '**':
      return undefined;
    default:
      return operator satisfies never;
  }
}

function calculateIntegers(a: bigint, operator: BinaryOperator, b: bigint): Value {
  switch (operator) {
    case '+':
      return integer(a + b);
    case '-':
      return integer(a - b);
    case '*':
      return integer(a * b);
    case '//':
    case '%': {
      if (b === 0n) throw zeroDivision('integer division or modulo by zero');
      const rest = a % b;
      // Python rounds down, JavaScript towards zero.
      const isOff = rest !== 0n && rest < 0n !== b < 0n;
      return operator === '%' ? integer(isOff ? rest + b : rest) : integer(a / b - (isOff ? 1n : 0n));
    }
    case '**':
      if (b < 0n) {
        if (a === 0n) throw zeroDivision('0.0 cannot be raised to a negative power');
        return new Float(Number(a) ** Number(b));
      }
      makesInteger(a.toString(2).length * Number(b));
      return integer(a ** b);
    case '/':
      return new Float(calculateFloats(Number(a), '/', Number(b)));
    default:
      return operator satisfies never;
  }
}

function calculateFloats(a: number, operator: BinaryOperator, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw zeroDivision('division by zero');
      return a / b;
    case '//':
      if (b === 0) throw zeroDivision('float floor division by zero');
      return Math.floor(a / b);
    case '%': {
      if (b === 0) throw zeroDivision('float modulo');
      const rest = a % b;
      return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
    }
    case '**':
      if (a === 0 && b < 0) throw zeroDivision('0.0 cannot be raised to a negative power');
      return a ** b;
    default:
      return operator satisfies never;
  }
}

function zeroDivision(message: string): TemplateError {
  return new TemplateError('ZeroDivisionError', message);
}
