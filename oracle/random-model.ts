import { type GgufToWrite, type MetadataEntry, type TensorToWrite, writeGguf } from '../engine/formats/gguf-writer.ts';
import { TENSOR_TYPES } from '../engine/formats/tensor-types.ts';
import type { WeightTypeName } from '../engine/kernels/weight-types.ts';
import { dequantize, hasTwin } from '../engine/reference/dequantize.ts';
import { seedOf } from './random.ts';
import { randomWeights } from './random-weights.ts';
import { VOCABULARY, vocabularyMetadata } from './vocabulary.ts';

/** Which type a matrix is stored in, by its name without layer: `blk.0.attn_q.weight` → `attn_q`. */
export type TypeChoice = (tensor: string) => WeightTypeName;

/** A tensor whose weights are made when a file is written. */
interface LazyTensor extends Omit<TensorToWrite, 'data'> {
  readonly make: () => Uint8Array;
}

/** Collects the tensors and metadata of one random model. Weights depend only on the model's and the tensor's name. */
export class RandomModel {
  readonly #name: string;
  readonly #architecture: string;
  readonly #types: TypeChoice;
  readonly #metadata: MetadataEntry[] = [];
  readonly #tensors: LazyTensor[] = [];

  constructor(name: string, architecture: string, types: TypeChoice) {
    this.#name = name;
    this.#architecture = architecture;
    this.#types = types;
    this.#metadata.push(
      ['general.architecture', 'string', architecture],
      ['general.name', 'string', name],
      ...vocabularyMetadata(),
    );
  }

  /** Another one than all the models have. */
  chatTemplate(template: string): this {
    const at = this.#metadata.findIndex(([key]) => key === 'tokenizer.chat_template');
    this.#metadata[at] = ['tokenizer.chat_template', 'string', template];
    return this;
  }

  /** Its answers have no end: the token that ends one has a logit of 0, which greedy decoding never chooses. */
  endless(): this {
    const at = this.#tensors.findIndex(({ name }) => name === 'output.weight');
    const output = this.#tensors[at];
    if (output === undefined) throw new Error('The output matrix is that of the embeddings');
    const make = (): Uint8Array => {
      const data = output.make();
      const row = data.length / VOCABULARY.length;
      return data.fill(0, VOCABULARY.indexOf('<|end|>') * row, (VOCABULARY.indexOf('<|end|>') + 1) * row);
    };
    this.#tensors[at] = { ...output, make };
    return this;
  }

  /** What the file recommends: names as llama.cpp's, below `general.sampling.`. */
  recommendSampling(values: Readonly<Record<string, number>>): this {
    for (const [key, value] of Object.entries(values)) this.#metadata.push([`general.sampling.${key}`, 'f32', value]);
    return this;
  }

  integer(key: string, value: number): void {
    this.#set([`${this.#architecture}.${key}`, 'u32', value]);
  }

  float(key: string, value: number): void {
    this.#set([`${this.#architecture}.${key}`, 'f32', value]);
  }

  boolean(key: string, value: boolean): void {
    this.#set([`${this.#architecture}.${key}`, 'bool', value]);
  }

  string(key: string, value: string): void {
    this.#set([`${this.#architecture}.${key}`, 'string', value]);
  }

  /** A number for each layer. */
  integers(key: string, values: readonly number[]): void {
    this.#set([`${this.#architecture}.${key}`, 'i32[]', values]);
  }

  /** A number for each layer, not whole. */
  floats(key: string, values: readonly number[]): void {
    this.#set([`${this.#architecture}.${key}`, 'f32[]', values]);
  }

  /** A flag for each layer. */
  booleans(key: string, values: readonly boolean[]): void {
    this.#set([`${this.#architecture}.${key}`, 'bool[]', values]);
  }

  /** F32 numbers of any shape under any full name, made of standard normal noise: for small tensors that no matrix, norm or bias is. */
  numbers(name: string, shape: readonly number[], value: (noise: number) => number): void {
    this.#addF32(name, shape, value);
  }

  /** A matrix (or a stack of them) whose product with a vector of unit variance has the standard deviation `gain`. */
  matrix(name: string, shape: readonly number[], gain = 1): void {
    const rowLength = shape[0] ?? 1;
    const type = this.#typeOf(name.replace(/^blk\.\d+\./, ''), rowLength);
    this.#add(name, type, shape, gain / Math.sqrt(rowLength));
  }

  /** Whether the header says so far what the key names. */
  says(key: string): boolean {
    return this.#metadata.some(([said]) => said === `${this.#architecture}.${key}`);
  }

  /** The router: F32 in every file. */
  router(name: string, shape: readonly number[], gain: number): void {
    this.#add(name, 'F32', shape, gain / Math.sqrt(shape[0] ?? 1));
  }

  /** The token embedding: F32 unless chosen otherwise by its name; it is looked up, not multiplied. */
  embedding(width: number, std: number): void {
    this.#add('token_embd', this.#typeOf('token_embd', width), [width, VOCABULARY.length], std);
  }

  /** Norm weights around 1, far enough from it that a missing multiplication shows. */
  norm(name: string, width: number): void {
    this.#addF32(`${name}.weight`, [width], (noise) => 1 + 0.2 * noise);
  }

  bias(name: string, width: number, std: number): void {
    this.#addF32(`${name}.bias`, [width], (noise) => std * noise);
  }

  /** The file with the weights as they are stored. */
  build(): Uint8Array<ArrayBuffer> {
    return writeGguf(this.#file());
  }

  /** What a file of it would hold, without the weights: models of any size can be described. */
  describe(): {
    readonly metadata: readonly MetadataEntry[];
    readonly tensors: readonly Omit<TensorToWrite, 'data'>[];
  } {
    return { metadata: this.#metadata, tensors: this.#tensors };
  }

  /** The same weights, dequantized to F32. */
  buildF32(): Uint8Array<ArrayBuffer> {
    const { metadata, tensors } = this.#file();
    return writeGguf({
      metadata,
      tensors: tensors.map(({ name, type, shape, data }) => {
        const count = shape.reduce((product, size) => product * size, 1);
        if (!hasTwin(type)) throw new Error(`${name} is in ${type.name}`);
        const weights = dequantize(type, data, count);
        return { name, type: TENSOR_TYPES.F32, shape, data: new Uint8Array(weights.buffer) };
      }),
    });
  }

  /** The chosen one, or as llama.cpp's quantizer falls back where rows are no whole blocks. */
  #typeOf(tensor: string, rowLength: number): WeightTypeName {
    const chosen = this.#types(tensor);
    return ([chosen, 'Q8_0'] as const).find((name) => rowLength % TENSOR_TYPES[name].blockSize === 0) ?? 'F16';
  }

  /** What was said last of a key holds. */
  #set(entry: MetadataEntry): void {
    const at = this.#metadata.findIndex(([key]) => key === entry[0]);
    this.#metadata.splice(at < 0 ? this.#metadata.length : at, at < 0 ? 0 : 1, entry);
  }

  #file(): GgufToWrite {
    const tensors = this.#tensors.map(({ name, type, shape, make }) => ({ name, type, shape, data: make() }));
    return { metadata: this.#metadata, tensors };
  }

  #add(name: string, type: WeightTypeName, shape: readonly number[], std: number): void {
    const count = shape.reduce((product, size) => product * size, 1);
    const make = (): Uint8Array => randomWeights(TENSOR_TYPES[type], count, std, seedOf(`${this.#name}/${name}`));
    this.#tensors.push({ name: `${name}.weight`, type: TENSOR_TYPES[type], shape, make });
  }

  #addF32(name: string, shape: readonly number[], value: (noise: number) => number): void {
    const count = shape.reduce((product, size) => product * size, 1);
    const make = (): Uint8Array => {
      const noise = randomWeights(TENSOR_TYPES.F32, count, 1, seedOf(`${this.#name}/${name}`));
      return new Uint8Array(new Float32Array(noise.buffer as ArrayBuffer).map(value).buffer);
    };
    this.#tensors.push({ name, type: TENSOR_TYPES.F32, shape, make });
  }
}
