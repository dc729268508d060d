// `value is …`
import { Parameters, requireNone } from './arguments.ts';
import { TemplateError } from './errors.ts';
import { isMarkup, isStr, textOf } from './marked-text.ts';
import { calculate } from './operators.ts';
import { isAllLower, isAllUpper } from './text-methods.ts';
import { areEqual, compare, type Comparison, contains, isIterable, toText } from './value-operations.ts';
import {
  type Arguments,
  Callable,
  Dict,
  DictView,
  Float,
  isInteger,
  isNumber,
  List,
  Range,
  Tuple,
  Undefined,
  type Value,
} from './values.ts';

type Test = (value: Value, args: Arguments) => boolean;

/** @throws TemplateError where there is no such test */
export function runTest(name: string, value: Value, args: Arguments): boolean {
  const test = TESTS.get(name);
  if (test === undefined) throw new TemplateError('TemplateRuntimeError', `No test named '${name}'.`);
  return test(value, args);
}

const alone =
  (test: (value: Value) => boolean): Test =>
  (value, args) => {
    requireNone('test', args);
    return test(value);
  };

const withOther =
  (test: (value: Value, other: Value) => boolean): Test =>
  (value, args) =>
    test(value, new Parameters('test', args, ['other'], 1).required('other'));

const comparing = (operator: Comparison): Test => withOther((value, other) => compare(value, operator, other));

const equal = withOther(areEqual);
const unequal = withOther((value, other) => !areEqual(value, other));

/** `value is other`, as far as a template can tell. */
function isSame(value: Value, other: Value): boolean {
  if (isStr(value)) return isStr(other) && textOf(value) === textOf(other);
  if (value instanceof Float) return value === other;
  return value === other;
}

const isTrueInteger = (value: Value): boolean => isInteger(value) && typeof value !== 'boolean';

const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['odd', alone((value) => areEqual(calculate(value, '%', 2), 1))],
  ['even', alone((value) => areEqual(calculate(value, '%', 2), 0))],
  ['divisibleby', withOther((value, other) => areEqual(calculate(value, '%', other), 0))],
  ['defined', alone((value) => !(value instanceof Undefined))],
  ['undefined', alone((value) => value instanceof Undefined)],
  ['none', alone((value) => value === null)],
  ['boolean', alone((value) => typeof value === 'boolean')],
  ['false', alone((value) => value === false)],
  ['true', alone((value) => value === true)],
  ['integer', alone(isTrueInteger)],
  ['float', alone((value) => value instanceof Float)],
  ['number', alone(isNumber)],
  ['lower', alone((value) => isAllLower(textOf(toText(value))))],
  ['upper', alone((value) => isAllUpper(textOf(toText(value))))],
  ['string', alone(isStr)],
  ['mapping', alone((value) => value instanceof Dict)],
  [
    'sequence',
    alone(
      (value) =>
        isStr(value) ||
        value instanceof List ||
        value instanceof Tuple ||
        value instanceof Dict ||
        value instanceof Range ||
        value instanceof Undefined,
    ),
  ],
  ['iterable', alone((value) => isIterable(value) || value instanceof DictView)],
  ['callable', alone((value) => value instanceof Callable || value instanceof Undefined)],
  ['sameas', withOther(isSame)],
  ['escaped', alone((value) => isStr(value) && isMarkup(value))],
  ['test', alone((value) => isStr(value) && TESTS.has(textOf(value)))],
  ['in', withOther((value, other) => contains(other, value))],
  ['==', equal],
  ['eq', equal],
  ['equalto', equal],
  ['!=', unequal],
  ['ne', unequal],
  ['>', comparing('>')],
  ['gt', comparing('>')],
  ['greaterthan', comparing('>')],
  ['>=', comparing('>=')],
  ['ge', comparing('>=')],
  ['<', comparing('<')],
  ['lt', comparing('<')],
  ['lessthan', comparing('<')],
  ['<=', comparing('<=')],
  ['le', comparing('<=')],
]);
