// What templates can call without a filter: Jinja's own functions, and the two that transformers adds.
import { Parameters } from './arguments.ts';
import { TemplateError, typeError } from './errors.ts';
import { TemplateLimitError } from './limits.ts';
import { type Str, textOf } from './marked-text.ts';
import { strftime } from './strftime.ts';
import { indexOf, toIterable, toList, toText } from './value-operations.ts';
import {
  type Arguments,
  Callable,
  Dict,
  Namespace,
  NativeFunction,
  PythonObject,
  Range,
  type Value,
} from './values.ts';

/** As Jinja's sandbox has it. */
const MAX_RANGE = 100_000;

function range({ positional, named }: Arguments): Value {
  if (named.size > 0) throw typeError('range() takes no keyword arguments');
  if (positional.length < 1 || positional.length > 3)
    throw typeError(`range expected 1 to 3 arguments, got ${positional.length}`);
  const [first = 0, second, step = 1] = positional.map(indexOf);
  if (step === 0) throw new TemplateError('ValueError', 'range() arg 3 must not be zero');
  const numbers = second === undefined ? new Range(0, first, 1) : new Range(first, second, step);
  if (numbers.length > MAX_RANGE) throw new TemplateLimitError('counts too far');
  return numbers;
}

function dict({ positional, named }: Arguments): Dict {
  if (positional.length > 1) throw typeError(`dict expected at most 1 argument, got ${positional.length}`);
  const [from] = positional;
  const made = new Dict();
  if (from instanceof Dict) for (const [key, value] of from.entries()) made.set(key, value);
  else if (from !== undefined) {
    for (const pair of toIterable(from)) {
      const [key, value, more] = toList(pair);
      if (key === undefined || value === undefined || more !== undefined)
        throw new TemplateError('ValueError', 'dictionary update sequence element has the wrong length; 2 is required');
      made.set(key, value);
    }
  }
  for (const [key, value] of named) made.set(key, value);
  return made;
}

/** `cycler(…)`: the next of its items at each `next()`. */
class Cycler extends PythonObject {
  readonly typeName = 'Cycler';
  readonly #items: readonly Value[];
  #at = 0;

  constructor(items: readonly Value[]) {
    super();
    this.#items = items;
  }

  override attribute(name: string): Value | undefined {
    const current = this.#items[this.#at] as Value;
    switch (name) {
      case 'current':
        return current;
      case 'next':
        return new NativeFunction('next', () => {
          const now = this.#items[this.#at] as Value;
          this.#at = (this.#at + 1) % this.#items.length;
          return now;
        });
      case 'reset':
        return new NativeFunction('reset', () => {
          this.#at = 0;
          return null;
        });
      default:
        return undefined;
    }
  }
}

/** `joiner(…)`: nothing at the first call, its separator from then on. */
class Joiner extends Callable {
  readonly typeName = 'Joiner';
  readonly #separator: Value;
  #isUsed = false;

  constructor(separator: Value) {
    super();
    this.#separator = separator;
  }

  override call(): Value {
    if (this.#isUsed) return this.#separator;
    this.#isUsed = true;
    return '';
  }
}

const FUNCTIONS: Readonly<Record<string, (args: Arguments) => Value>> = {
  range,
  dict,
  namespace: (args) => new Namespace(dict(args)),
  cycler: ({ positional }) => {
    if (positional.length === 0) throw new TemplateError('RuntimeError', 'at least one item has to be provided');
    return new Cycler(positional);
  },
  joiner: (args) => new Joiner(new Parameters('joiner', args, ['sep'], 0).value('sep', ', ')),
  raise_exception: (args) => {
    const message = toText(new Parameters('raise_exception', args, ['message'], 1).required('message'));
    throw new TemplateError('TemplateError', textOf(message));
  },
  strftime_now: (args): Str =>
    strftime(new Date(), new Parameters('strftime_now', args, ['format'], 1).string('format')),
};

export const GLOBALS: ReadonlyMap<string, Value> = new Map(
  Object.entries(FUNCTIONS).map(([name, run]) => [name, new NativeFunction(name, run)]),
);
