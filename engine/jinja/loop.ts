import { Parameters } from './arguments.ts';
import { typeError } from './errors.ts';
import { MAX_LIST_LENGTH, TemplateLimitError } from './limits.ts';
import { isStr, type Str } from './marked-text.ts';
import { areEqual, iterate, orElse } from './value-operations.ts';
import { type Arguments, Callable, Dict, List, Once, PythonObject, Tuple, Undefined, type Value } from './values.ts';

/** `loop` in a loop: where it is. It reads one item ahead when it is asked for the next. */
export class Loop extends Callable {
  readonly typeName = 'LoopContext';
  readonly #depth: number;
  readonly #recurse: ((items: Value, depth: number) => Str) | undefined;
  #items: Iterator<Value, void, undefined>;
  #index = -1;
  #length: number | undefined;
  #before: Value | undefined;
  #current: Value | undefined;
  #ahead: IteratorResult<Value, void> | undefined;
  #changed: List | undefined;

  constructor(items: Value, depth: number, recurse: ((items: Value, depth: number) => Str) | undefined) {
    super();
    this.#items = iterate(items);
    this.#length = knownLength(items);
    this.#depth = depth;
    this.#recurse = recurse;
  }

  advance(): boolean {
    const next = this.#ahead ?? this.#items.next();
    this.#ahead = undefined;
    if (next.done === true) return false;
    this.#index++;
    this.#before = this.#current;
    this.#current = next.value;
    return true;
  }

  get current(): Value {
    return this.#current as Value;
  }

  #next(): Value | undefined {
    this.#ahead ??= this.#items.next();
    return this.#ahead.done === true ? undefined : this.#ahead.value;
  }

  override get length(): number {
    if (this.#length !== undefined) return this.#length;
    const rest: Value[] = [];
    for (let next = this.#items.next(); next.done !== true; next = this.#items.next()) {
      if (rest.push(next.value) > MAX_LIST_LENGTH) throw new TemplateLimitError('makes a list that is too long');
    }
    this.#items = rest.values();
    const isAhead = this.#ahead !== undefined && this.#ahead.done !== true;
    this.#length = rest.length + this.#index + 1 + (isAhead ? 1 : 0);
    return this.#length;
  }

  override call(args: Arguments): Value {
    const items = new Parameters('loop', args, ['iterable'], 1).required('iterable');
    if (this.#recurse === undefined)
      throw typeError("The loop must have the 'recursive' marker to be called recursively.");
    return this.#recurse(items, this.#depth + 1);
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'index0':
        return this.#index;
      case 'index':
        return this.#index + 1;
      case 'length':
        return this.length;
      case 'revindex0':
        return this.length - this.#index - 1;
      case 'revindex':
        return this.length - this.#index;
      case 'first':
        return this.#index === 0;
      case 'last':
        return this.#next() === undefined;
      case 'previtem':
        return this.#index === 0 ? new Undefined('there is no previous item') : this.#before;
      case 'nextitem':
        return orElse(this.#next(), () => new Undefined('there is no next item'));
      case 'depth0':
        return this.#depth;
      case 'depth':
        return this.#depth + 1;
      case 'cycle':
        return new LoopMethod(({ positional }) => {
          if (positional.length === 0) throw typeError('no items for cycling given');
          return positional[this.#index % positional.length] as Value;
        });
      case 'changed':
        return new LoopMethod(({ positional }) => {
          const now = new List([...positional]);
          if (this.#changed !== undefined && areEqual(this.#changed, now)) return false;
          this.#changed = now;
          return true;
        });
      default:
        return undefined;
    }
  }

  override repr(): Str {
    return `<LoopContext ${this.#index + 1}/${this.length}>`;
  }
}

class LoopMethod extends Callable {
  readonly typeName = 'method';
  readonly #run: (args: Arguments) => Value;

  constructor(method: (args: Arguments) => Value) {
    super();
    this.#run = method;
  }

  override call(args: Arguments): Value {
    return this.#run(args);
  }
}

function knownLength(items: Value): number | undefined {
  if (items instanceof List || items instanceof Tuple) return items.items.length;
  if (items instanceof Dict) return items.size;
  if (items instanceof Undefined) return 0;
  if (items instanceof Once || isStr(items)) return undefined;
  return items instanceof PythonObject ? items.length : undefined;
}
