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

/** Keys that change what a model computes, wherever they are not read, and the values with which they change nothing. */
const CHANGES_ARITHMETIC: ReadonlyMap<string, readonly MetadataScalar[]> = new Map<string, readonly MetadataScalar[]>([
  ['attention.clamp_kqv', [0]],
  ['attention.key_length_swa', []],
  ['attention.max_alibi_bias', [0]],
  ['attention.output_scale', [0, 1]],
  ['attention.scale', [0]],
  ['attention.shared_kv_layers', [0]],
  ['attention.sliding_window', [0]],
  ['attention.temperature_length', [0]],
  ['attention.temperature_scale', [0]],
  ['attention.value_length_swa', []],
  ['attn_logit_softcapping', [0]],
  ['embedding_length_per_layer_input', [0]],
  ['embedding_scale', [0, 1]],
  ['expert_gating_func', [0, 1]],
  ['expert_group_count', [0, 1]],
  ['expert_weights_scale', [0, 1]],
  ['final_logit_softcapping', [0]],
  ['interleave_moe_layer_step', [0, 1]],
  ['logit_scale', [0, 1]],
  ['residual_scale', [0, 1]],
  ['rope.dimension_count_swa', []],
  ['rope.freq_base_swa', []],
  ['rope.scale_linear', [0, 1]],
  ['rope.scaling.alpha', [0]],
  ['rope.scaling.attn_factor', [1]],
  ['rope.scaling.factor', [0, 1]],
  ['rope.scaling.yarn_log_multiplier', [0]],
  ['router_logit_softcapping', [0]],
  ['swiglu_clamp_exp', [0]],
  ['swiglu_clamp_shexp', [0]],
  ['use_parallel_residual', [false]],
]);

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
  readonly #read = new Set<string>();

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

  /** Whether the header has a list there, and not one value. */
  hasList(name: string): boolean {
    return typeof this.#metadata.get(this.key(name)) === 'object';
  }

  /** A whole number; `missing` is taken where the header is silent. */
  count(name: string, bounds: Bounds, missing?: number): number {
    const value = this.#one(name, 'a whole number', bounds) ?? missing ?? this.#missing(name);
    return Number.isInteger(value) && isWithin(value, bounds) ? value : this.#refuse(name, value, bounds);
  }

  /**
   * A whole number for each of the first `layers` layers: one that the header says for all, or a list, which may go on for blocks
   * that are not run. `missing` is taken where the header is silent.
   */
  perLayer(name: string, layers: number, bounds: Bounds, missing?: number): readonly number[] {
    return this.#perLayer(name, layers, 'whole numbers', missing).map((value) =>
      typeof value === 'number' && Number.isInteger(value) && isWithin(value, bounds)
        ? value
        : this.#refuse(name, value, bounds),
    );
  }

  /** Likewise numbers that need not be whole. */
  numberPerLayer(name: string, layers: number, bounds: Bounds, missing?: number): readonly number[] {
    return this.#perLayer(name, layers, 'numbers', missing).map((value) =>
      typeof value === 'number' && isWithin(value, bounds) ? value : this.#refuse(name, value, bounds),
    );
  }

  /** A list of `length` whole numbers, or of more, which are not looked at. */
  list(name: string, length: number, bounds: Bounds): readonly number[] {
    this.#read.add(name);
    const value = this.#metadata.get(this.key(name)) ?? this.#missing(name);
    if (typeof value !== 'object' || value.length < length)
      throw new EngineError(
        'corrupt-file',
        `The header of this model says ${this.key(name)} = ${describeValue(value)}, where ${length} numbers make sense.`,
      );
    return value
      .slice(0, length)
      .map((each) =>
        typeof each === 'number' && Number.isInteger(each) && isWithin(each, bounds)
          ? each
          : this.#refuse(name, each, bounds),
      );
  }

  /** Likewise flags; `missing` says what holds for a layer where the header is silent. */
  flagPerLayer(name: string, layers: number, missing: (layer: number) => boolean): readonly boolean[] {
    if (!this.has(name)) return Array.from({ length: layers }, (_, layer) => missing(layer));
    return this.#perLayer(name, layers, 'flags').map((value) => value === true || value === 1);
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
    this.#read.add(name);
    return this.#metadata.optionalBoolean(this.key(name)) ?? missing;
  }

  text(name: string, missing: string): string {
    this.#read.add(name);
    return this.#metadata.optionalString(this.key(name)) ?? missing;
  }

  /** What the header says under names that begin so changes nothing in this model. */
  passOver(beginning: string): void {
    for (const name of CHANGES_ARITHMETIC.keys()) if (name.startsWith(beginning)) this.#read.add(name);
  }

  /**
   * To be asked when the model is built: whether everything in the header that changes its arithmetic was read.
   * @throws EngineError `unsupported-architecture` that names what was not
   */
  requireAllRead(): void {
    const ignored = [...CHANGES_ARITHMETIC].filter(([name, neutral]) => {
      const value = this.#metadata.get(this.key(name));
      if (value === undefined || this.#read.has(name)) return false;
      return ![value].flat().every((each) => neutral.some((one) => one === each));
    });
    if (ignored.length === 0) return;
    const said = ignored.map(
      ([name]) => `${this.key(name)} = ${describeValue(this.#metadata.get(this.key(name)) ?? '')}`,
    );
    throw new EngineError(
      'unsupported-architecture',
      `This model says ${said.join(', ')}, which changes how it is computed and which Mixtab does not know for ` +
        `${quoted(this.architecture)}. Its answers would be wrong.`,
    );
  }

  #perLayer(name: string, layers: number, wanted: string, missing?: number): readonly MetadataScalar[] {
    this.#read.add(name);
    const value = this.#metadata.get(this.key(name)) ?? missing ?? this.#missing(name);
    if (typeof value !== 'object') return Array.from({ length: layers }, () => value);
    if (value.length >= layers) return value.slice(0, layers);
    throw new EngineError(
      'corrupt-file',
      `The header of this model has ${value.length} ${wanted} in ${this.key(name)}, and ${layers} layers.`,
    );
  }

  /** One number, or a list that says the same for every layer. */
  #one(name: string, wanted: string, bounds: Bounds): number | undefined {
    this.#read.add(name);
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
