import type { MetadataEntry } from '../engine/formats/gguf-writer.ts';

/** GPT-2's printable stand-ins for the 256 bytes: byte → character. */
export function byteSymbols(): string[] {
  const symbols: string[] = [];
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    symbols.push(String.fromCodePoint(isPrintable ? byte : next++));
  }
  return symbols;
}

/** `enum llama_token_type` */
export const TOKEN_TYPES = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 } as const;

const MERGES = [
  ...['Ġ t', 'h e', 'i n', 'Ġ a', 'Ġt he', 'o n', 'e r', 'a n', 'r e', 'i t', 'e n', 'Ġ s', 'o u', 'Ġ w', 'Ġ c'],
  ...['a t', 'o r', 'e s', 'i s', 'a r', 'l l', 'e d', 'in g', 'Ġ b', 'Ġ m', 'an d', 'o f', 'Ġ d', 'Ġ p'],
  ...['Ċ Ċ', '1 2', '12 3', 'Ġa nd', '. .', '.. .', '! !', 'ou t', 'Ġs h', 'Ġ Ġ', 'ĠĠ ĠĠ', "' s", 'v er'],
];

const SPECIAL = ['<|begin|>', '<|end|>', '<|user|>', '<|assistant|>'];

const CHAT_TEMPLATE =
  "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}" +
  '{% if add_generation_prompt %}<|assistant|>{% endif %}';

/** Byte symbols, merged pairs, special tokens: odd on purpose, as real vocabularies are. */
export const VOCABULARY = [...byteSymbols(), ...MERGES.map((merge) => merge.replace(' ', '')), ...SPECIAL];

/** The tokenizer of the random models: small, complete, and accepted by llama.cpp. */
export function vocabularyMetadata(): MetadataEntry[] {
  const id = (token: string) => VOCABULARY.indexOf(token);
  return [
    ['tokenizer.ggml.model', 'string', 'gpt2'],
    ['tokenizer.ggml.pre', 'string', 'gpt-2'],
    ['tokenizer.ggml.tokens', 'string[]', VOCABULARY],
    [
      'tokenizer.ggml.token_type',
      'i32[]',
      VOCABULARY.map((token) => (SPECIAL.includes(token) ? TOKEN_TYPES.control : TOKEN_TYPES.normal)),
    ],
    ['tokenizer.ggml.merges', 'string[]', MERGES],
    ['tokenizer.ggml.bos_token_id', 'u32', id('<|begin|>')],
    ['tokenizer.ggml.eos_token_id', 'u32', id('<|end|>')],
    ['tokenizer.ggml.add_bos_token', 'bool', false],
    ['tokenizer.chat_template', 'string', CHAT_TEMPLATE],
  ];
}
