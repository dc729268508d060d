import { EngineError, quoted } from '../errors.ts';

/** An integer beyond ±2^53 stays a bigint, so that a key that nobody asks for does no harm. */
export type MetadataScalar = string | number | bigint | boolean;
export type MetadataValue = MetadataScalar | readonly MetadataScalar[];

/**
 * The key-value pairs of a GGUF header, by typed getters: what a file says about itself is not to be trusted.
 * The plain getters throw EngineError `corrupt-file` when the key is missing; all of them do when the value is of another
 * kind than asked, and name the key and what was found.
 */
export class Metadata {
  readonly #values: ReadonlyMap<string, MetadataValue>;

  constructor(values: ReadonlyMap<string, MetadataValue>) {
    this.#values = values;
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  /** As it stands in the file, for who checks it by other rules. */
  get(key: string): MetadataValue | undefined {
    return this.#values.get(key);
  }

  string(key: string): string {
    return this.optionalString(key) ?? missing(key);
  }

  /** Any number, integer or float. */
  number(key: string): number {
    return this.optionalNumber(key) ?? missing(key);
  }

  boolean(key: string): boolean {
    return this.optionalBoolean(key) ?? missing(key);
  }

  strings(key: string): readonly string[] {
    return this.optionalStrings(key) ?? missing(key);
  }

  numbers(key: string): readonly number[] {
    return this.optionalNumbers(key) ?? missing(key);
  }

  optionalString(key: string): string | undefined {
    const value = this.#values.get(key);
    return value === undefined || typeof value === 'string' ? value : wrongKind(key, 'a string', value);
  }

  optionalNumber(key: string): number | undefined {
    const value = this.#values.get(key);
    return value === undefined || typeof value === 'number' ? value : wrongKind(key, 'a number', value);
  }

  optionalBoolean(key: string): boolean | undefined {
    const value = this.#values.get(key);
    return value === undefined || typeof value === 'boolean' ? value : wrongKind(key, 'true or false', value);
  }

  optionalStrings(key: string): readonly string[] | undefined {
    const value = this.#values.get(key);
    return value === undefined || isArrayOf(value, isString) ? value : wrongKind(key, 'a list of strings', value);
  }

  optionalNumbers(key: string): readonly number[] | undefined {
    const value = this.#values.get(key);
    return value === undefined || isArrayOf(value, isNumber) ? value : wrongKind(key, 'a list of numbers', value);
  }
}

const isString = (value: MetadataScalar): value is string => typeof value === 'string';
const isNumber = (value: MetadataScalar): value is number => typeof value === 'number';

function isArrayOf<T extends MetadataScalar>(
  value: MetadataValue,
  is: (item: MetadataScalar) => item is T,
): value is readonly T[] {
  return Array.isArray(value) && (value as readonly MetadataScalar[]).every(is);
}

function missing(key: string): never {
  throw new EngineError('corrupt-file', `The model file does not say ${quoted(key)}, which is needed to run it.`);
}

function wrongKind(key: string, wanted: string, found: MetadataValue): never {
  throw new EngineError(
    'corrupt-file',
    `The model file gives ${describeValue(found)} for ${quoted(key)} instead of ${wanted}.`,
  );
}

/** A value in words, short whatever it is. */
export function describeValue(value: MetadataValue): string {
  switch (typeof value) {
    case 'string':
      return `the string ${quoted(value)}`;
    case 'number':
    case 'boolean':
      return String(value);
    case 'bigint':
      return `${value} (beyond 2^53)`;
    case 'object': {
      const kinds = new Set(
        value.map((item) => (typeof item === 'bigint' ? 'integers beyond 2^53' : `${typeof item}s`)),
      );
      return `a list of ${value.length} ${[...kinds].join(' and ') || 'values'}`;
    }
    default:
      return value satisfies never;
  }
}
