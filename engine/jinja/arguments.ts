import { typeError } from './errors.ts';
import { isStr, type Str, textOf } from './marked-text.ts';
import { indexOf } from './value-operations.ts';
import { type Arguments, typeName, Undefined, type Value } from './values.ts';

/** @throws TypeError where there are arguments */
export function requireNone(name: string, { positional, named }: Arguments): void {
  const count = positional.length + named.size;
  if (count > 0) throw typeError(`${name}() takes no arguments (${count} given)`);
}

/** The arguments of a call by the names of a function's parameters; those not given are undefined. */
export class Parameters {
  readonly #values: ReadonlyMap<string, Value>;
  readonly #function: string;

  /** @param required how many of the names must be given */
  constructor(name: string, { positional, named }: Arguments, names: readonly string[], required: number) {
    if (positional.length > names.length) {
      throw typeError(`${name}() takes at most ${names.length} arguments (${positional.length} given)`);
    }
    const values = new Map(positional.map((value, i) => [names[i] as string, value]));
    for (const [key, value] of named) {
      if (!names.includes(key)) throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
      if (values.has(key)) throw typeError(`${name}() got multiple values for argument '${key}'`);
      values.set(key, value);
    }
    const missing = names.slice(0, required).find((key) => !values.has(key));
    if (missing !== undefined) throw typeError(`${name}() missing 1 required positional argument: '${missing}'`);
    this.#values = values;
    this.#function = name;
  }

  /** None is something that was given. */
  value(name: string): Value | undefined;
  value(name: string, missing: Value): Value;
  value(name: string, missing?: Value): Value | undefined {
    const value = this.#values.get(name);
    return value === undefined ? missing : value;
  }

  /** One that must be given. */
  required(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw typeError(`${this.#function}() missing 1 required positional argument: '${name}'`);
    return value;
  }

  /** Undefined also where it is None. */
  optionalText(name: string): Str | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value === null) return undefined;
    if (isStr(value)) return value;
    if (value instanceof Undefined) throw value.error();
    throw typeError(`${this.#function}() argument '${name}' must be str, not ${typeName(value)}`);
  }

  text(name: string, missing?: Str): Str {
    const value = this.optionalText(name) ?? missing;
    if (value === undefined) throw typeError(`${this.#function}() argument '${name}' must be str, not NoneType`);
    return value;
  }

  string(name: string, missing?: string): string {
    return textOf(this.text(name, missing));
  }

  /** Undefined also where it is None. */
  optionalIndex(name: string): number | undefined {
    const value = this.#values.get(name);
    return value === undefined || value === null ? undefined : indexOf(value);
  }

  index(name: string, missing?: number): number {
    const value = this.#values.get(name);
    if (value === undefined && missing !== undefined) return missing;
    return indexOf(this.required(name));
  }
}
