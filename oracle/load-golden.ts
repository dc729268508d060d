import { readFileSync } from 'node:fs';

/** What llama.cpp computed for a model of `goldenModels`. */
export interface Golden {
  readonly tokens: number[];
  readonly vocabularySize: number;
  /** Row-major [positions, vocabulary]: log-softmax of the logits after each token. */
  readonly logprobs: Float32Array<ArrayBuffer>;
  /** SHA-256 of the file that llama.cpp ran. */
  readonly sha256: string;
}

/** `golden/NAME.json`, beside `golden/NAME.bin` with the log-probabilities as little-endian float32. */
export interface GoldenRecord {
  readonly tokens: number[];
  readonly vocabularySize: number;
  readonly sha256: string;
}

export const GOLDEN_FOLDER = new URL('golden/', import.meta.url);

/** @throws if there is no golden of this name: run `npm run golden` in `oracle/`. */
export function loadGolden(name: string): Golden {
  const record = JSON.parse(readFileSync(new URL(`${name}.json`, GOLDEN_FOLDER), 'utf8')) as GoldenRecord;
  const bytes = readFileSync(new URL(`${name}.bin`, GOLDEN_FOLDER));
  const logprobs = new Float32Array(new Uint8Array(bytes).buffer);
  if (logprobs.length !== record.tokens.length * record.vocabularySize) {
    throw new Error(`golden/${name}.bin has ${logprobs.length} numbers`);
  }
  return { ...record, logprobs };
}

/** Token ids by llama.cpp, without BOS: one list a text of `TOKENIZER_TEXTS`, for each of `tokenizerModels`. */
export interface TokenizerGolden {
  readonly name: string;
  /** SHA-256 of the vocabulary file. */
  readonly sha256: string;
  /** Control tokens in the text are plain text, as in what a person typed. */
  readonly plain: readonly (readonly number[])[];
  /** Control tokens in the text are tokens, as in a chat template's output. */
  readonly special: readonly (readonly number[])[];
}

/** `golden/tokenizer.json`, by name of the model. */
export function loadTokenizerGoldens(): ReadonlyMap<string, TokenizerGolden> {
  const goldens = JSON.parse(readFileSync(new URL('tokenizer.json', GOLDEN_FOLDER), 'utf8')) as TokenizerGolden[];
  return new Map(goldens.map((golden) => [golden.name, golden]));
}
