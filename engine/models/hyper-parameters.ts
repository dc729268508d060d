import { EngineError, quoted } from '../errors.ts';
import { describeValue, type Metadata, type MetadataScalar } from '../formats/metadata.ts';

/** What a number must be. Both ends are included. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Numbers like scales: far beyond any published, and far from where f32 arithmetic overflows. */
const FACTOR: Bounds = { least: 1e-6, most: 1e6 };

/** The largest vectors published have 16,384 numbers, the hidden layers of dense models 53,248. */
const MAX_SIZE = 262_144;

/** Kernels read four numbers at a time. */
const VECTOR = 4;

/**
 * The numbers of one architecture in a header, by their short names: `count('block_count')` is `qwen3moe.block_count`. Whatever
 * comes out is of the right kind, finite, and within bounds that make sense; nothing else of the header may be computed with.
 * Every failure is an EngineError that names the key, what it says, and what would be in range.
 */
export class HyperParameters {
  readonly architecture: string;
  readonly #metadata: Metadata;

  constructor(metadata: Metadata, architecture: string) {
    this.#metadata = metadata;
    this.architecture = architecture;
  }

  key(name: string): string {
    return `${this.architecture}.${name}`;
  }

  has(name: string): boolean {
    return this.#metadata.has(this.key(name));
  }

  /** A whole number; `missing` is taken where the header is silent. */
  count(name: string, bounds: Bounds, missing?: number): number {
    const value = this.#one(name, 'a whole number', bounds) ?? missing ?? this.#missing(name);
    return Number.isInteger(value) && isWithin(value, bounds) ? value : this.#refuse(name, value, bounds);
  }

  /** The size of a vector, a positive multiple of four; `missing` is taken where the header is silent. */
  size(name: string, missing?: number, most = MAX_SIZE): number {
    const value = this.count(name, { least: 1, most }, missing);
    if (value % VECTOR !== 0)
      throw new EngineError(
        'unsupported-architecture',
        `Mixtab needs ${this.key(name)} to be a multiple of ${VECTOR}; here it is ${value}.`,
      );
    return value;
  }

  /** The size under the first of several names that the header has. */
  firstSize(...names: readonly [string, ...string[]]): number {
    return this.size(names.find((name) => this.has(name)) ?? names[0]);
  }

  /** Any finite number within bounds. */
  number(name: string, bounds: Bounds, missing?: number): number {
    const value = this.#one(name, 'a number', bounds) ?? missing ?? this.#missing(name);
    return isWithin(value, bounds) ? value : this.#refuse(name, value, bounds);
  }

  /** A positive factor; 0, as llama.cpp reads it, is the same as nothing: then `missing`. */
  factor<Missing>(name: string, missing: Missing, bounds: Bounds = FACTOR): number | Missing {
    const value = this.#one(name, 'a number', bounds) ?? 0;
    if (value === 0) return missing;
    return isWithin(value, bounds) ? value : this.#refuse(name, value, bounds, '0 for none, or ');
  }

  flag(name: string, missing: boolean): boolean {
    return this.#metadata.optionalBoolean(this.key(name)) ?? missing;
  }

  text(name: string, missing: string): string {
    return this.#metadata.optionalString(this.key(name)) ?? missing;
  }

  /** One number, or a list that says the same for every layer. */
  #one(name: string, wanted: string, bounds: Bounds): number | undefined {
    const value = this.#metadata.get(this.key(name));
    if (value === undefined || typeof value === 'number') return value;
    if (typeof value !== 'object') return this.#refuse(name, value, bounds, `${wanted} `);
    const [first] = value;
    if (typeof first !== 'number') return this.#refuse(name, value, bounds, `${wanted} `);
    if (value.every((each) => Object.is(each, first))) return first;
    throw new EngineError(
      'unsupported-architecture',
      `This model has a ${quoted(this.key(name))} of its own for each layer, which Mixtab cannot compute with.`,
      `${value.length} values: ${value.slice(0, 16).join(', ')}`,
    );
  }

  #missing(name: string): never {
    throw new EngineError(
      'corrupt-file',
      `The model file does not say "${this.key(name)}", which is needed to run it.`,
    );
  }

  #refuse(name: string, value: MetadataScalar | readonly MetadataScalar[], bounds: Bounds, before = ''): never {
    throw new EngineError(
      'corrupt-file',
      `The header of this model says ${this.key(name)} = ${describeValue(value)}, where ` +
        `${before}${bounds.least} to ${bounds.most} makes sense. The file is damaged, or not made for this architecture.`,
    );
  }
}

/** False for NaN. */
function isWithin(value: number, { least, most }: Bounds): boolean {
  return value >= least && value <= most;
}
