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
