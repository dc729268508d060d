import { type MetadataEntry, writeGguf } from '../engine/formats/gguf-writer.ts';
import { learnMerges } from './learn-merges.ts';
import { TOKENIZER_TEXTS } from './tokenizer-texts.ts';
import { byteSymbols, TOKEN_TYPES } from './vocabulary.ts';

/** A vocabulary as GGUF files without weights give it, whose ids llama.cpp has written down (`loadTokenizerGoldens`). */
export interface TokenizerModel {
  readonly name: string;
  build(): Uint8Array<ArrayBuffer>;
}

/** One of each kind of pre-tokenizer that llama.cpp knows and that MoE models use, by `tokenizer.ggml.pre`. */
const PRE_TOKENIZERS = [
  ...['default', 'gpt-2', 'llama-bpe', 'dbrx', 'qwen2', 'qwen35', 'bailingmoe', 'deepseek-llm', 'deepseek-coder'],
  ...[
    'deepseek-v3',
    'refact',
    'smollm',
    'falcon',
    'tekken',
    'gpt-4o',
    'kimi-k2',
    'olmo',
    'laguna',
    'afmoe',
    'tiny_aya',
  ],
  ...['seed-coder', 'exaone-moe', 'minicpm5'],
];

export const tokenizerModels: readonly TokenizerModel[] = [
  ...PRE_TOKENIZERS.map((pre) => ({ name: pre, build: () => file(bytePairs(pre)) })),
  { name: 'spm', build: () => file(sentencePiece(true)) },
  { name: 'spm-no-space-prefix', build: () => file(sentencePiece(false)) },
  { name: 'gemma4', build: () => file(textPairs('gemma4', 'gemma4')) },
  { name: 'sarvam-moe', build: () => file(textPairs('gpt2', 'sarvam-moe')) },
];

const MERGES = 1000;
const SPECIAL = ['<|begin|>', '<|end|>', '<|user|>', '<|assistant|>'];
const ADDED = ['<|tool|>'];
/** Merges must not lead to a token that is special: it would be there twice. */
const LEARNING_TEXTS = TOKENIZER_TEXTS.filter((text) => !/<[|s]/.test(text));
/** Tokens that no merges lead to: some pre-tokenizers look words up whole first. */
const WHOLE_WORDS = ['Ġconversation', 'Ġinternational', 'ĠHello', '123'];

function file(tokenizer: readonly MetadataEntry[]): Uint8Array<ArrayBuffer> {
  // llama.cpp wants the numbers of a model even for a vocabulary.
  const model: readonly MetadataEntry[] = [
    ['general.architecture', 'string', 'llama'],
    ['llama.context_length', 'u32', 256],
    ['llama.embedding_length', 'u32', 32],
    ['llama.block_count', 'u32', 1],
    ['llama.feed_forward_length', 'u32', 32],
    ['llama.attention.head_count', 'u32', 1],
    ['llama.attention.layer_norm_rms_epsilon', 'f32', 1e-6],
  ];
  return writeGguf({ metadata: [...model, ...tokenizer], tensors: [] });
}

/** Learned once for all pre-tokenizers, when first asked for. */
let learnedBytePairs: [left: string, right: string][] | undefined;

function learnBytePairs(symbols: readonly string[]): [left: string, right: string][] {
  const encoder = new TextEncoder();
  const texts = LEARNING_TEXTS.map((text) => [...encoder.encode(text)].map((byte) => symbols[byte] ?? ''));
  return learnMerges(texts, MERGES);
}

function bytePairs(pre: string): MetadataEntry[] {
  const symbols = byteSymbols();
  const merges = (learnedBytePairs ??= learnBytePairs(symbols));
  const learned = merges.map(([left, right]) => left + right);
  const normal = [...new Set([...symbols, ...learned, ...WHOLE_WORDS])];
  const tokens = [...normal, ...SPECIAL, ...ADDED];
  return [
    ['tokenizer.ggml.model', 'string', 'gpt2'],
    ['tokenizer.ggml.pre', 'string', pre],
    ['tokenizer.ggml.tokens', 'string[]', tokens],
    ['tokenizer.ggml.token_type', 'i32[]', tokens.map(tokenType)],
    ['tokenizer.ggml.merges', 'string[]', merges.map(([left, right]) => `${left} ${right}`)],
    ['tokenizer.ggml.bos_token_id', 'u32', tokens.indexOf('<|begin|>')],
    ['tokenizer.ggml.eos_token_id', 'u32', tokens.indexOf('<|end|>')],
  ];
}

/** Characters that the SentencePiece vocabulary lacks, so that they fall back to bytes, as line breaks do in real ones. */
const RARE = /[^\u0020-\u024f\u0370-\u04ff\u2581\u4e00-\u9fff]/u;

/** What both kinds that work on characters are learned from: sequences without rare characters, and the others. */
function learnCharacters(texts: readonly string[]): { characters: string[]; merges: [string, string][] } {
  const marked = texts.map((text) => [...text.replaceAll(' ', '▁')]);
  const characters = [...new Set(marked.flat())].filter((character) => !RARE.test(character));
  const known = new Set(characters);
  // A rare character ends a sequence: no piece spans it.
  const sequences = marked.flatMap((text) => splitAt(text, (character) => !known.has(character)));
  return { characters, merges: learnMerges(sequences, MERGES) };
}

const BYTES = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);

function sentencePiece(addSpacePrefix: boolean): MetadataEntry[] {
  const { characters, merges } = learnCharacters(LEARNING_TEXTS.map((text) => ` ${text}`));
  const learned = merges.map(([left, right]) => left + right);
  const head = ['<unk>', '<s>', '</s>', ...BYTES];
  const pieces = [...new Set([...learned, ...characters])];
  const tokens = [...head, ...pieces, ...ADDED];
  return [
    ['tokenizer.ggml.model', 'string', 'llama'],
    ['tokenizer.ggml.pre', 'string', 'default'],
    ['tokenizer.ggml.tokens', 'string[]', tokens],
    // The better the earlier, as SentencePiece's BPE trainer scores its merges.
    ['tokenizer.ggml.scores', 'f32[]', tokens.map((_, id) => (id < head.length ? 0 : head.length - id))],
    ['tokenizer.ggml.token_type', 'i32[]', tokens.map(tokenType)],
    ['tokenizer.ggml.bos_token_id', 'u32', 1],
    ['tokenizer.ggml.eos_token_id', 'u32', 2],
    ['tokenizer.ggml.unknown_token_id', 'u32', 0],
    ['tokenizer.ggml.add_space_prefix', 'bool', addSpacePrefix],
  ];
}

/** Merges of characters in their order, as Gemma 4 has them; runs of line breaks are tokens that no merges lead to. */
function textPairs(model: string, pre: string): MetadataEntry[] {
  const { characters, merges } = learnCharacters(LEARNING_TEXTS);
  const learned = merges.map(([left, right]) => left + right);
  const normal = [...new Set([...characters, ...learned, '\n', '\n\n', '\n\n\n'])];
  const tokens = ['<pad>', '<eos>', '<bos>', '<unk>', ...BYTES, ...normal, ...SPECIAL, ...ADDED];
  const type = (token: string): number => (/^<(?:pad|eos|bos)>$/.test(token) ? TOKEN_TYPES.control : tokenType(token));
  return [
    ['tokenizer.ggml.model', 'string', model],
    ['tokenizer.ggml.pre', 'string', pre],
    ['tokenizer.ggml.tokens', 'string[]', tokens],
    ['tokenizer.ggml.token_type', 'i32[]', tokens.map(type)],
    ['tokenizer.ggml.merges', 'string[]', merges.map(([left, right]) => `${left} ${right}`)],
    ['tokenizer.ggml.bos_token_id', 'u32', tokens.indexOf('<bos>')],
    ['tokenizer.ggml.eos_token_id', 'u32', tokens.indexOf('<eos>')],
    ['tokenizer.ggml.unknown_token_id', 'u32', tokens.indexOf('<unk>')],
  ];
}

function tokenType(token: string): number {
  if (token === '<unk>') return TOKEN_TYPES.unknown;
  if (/^<0x[0-9A-F]{2}>$/.test(token)) return TOKEN_TYPES.byte;
  if (ADDED.includes(token)) return TOKEN_TYPES.userDefined;
  return SPECIAL.includes(token) || token === '<s>' || token === '</s>' ? TOKEN_TYPES.control : TOKEN_TYPES.normal;
}

function splitAt(sequence: readonly string[], isBorder: (symbol: string) => boolean): string[][] {
  const parts: string[][] = [[]];
  for (const symbol of sequence) {
    if (isBorder(symbol)) parts.push([]);
    else parts.at(-1)?.push(symbol);
  }
  return parts;
}
