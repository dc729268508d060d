import { expect, test } from 'vitest';
import { bytesOfByteLevelToken } from './byte-alphabet.ts';
import { wordCutter } from './byte-level-bpe.ts';
import { PRE_TOKENIZER_NAMES, preTokenizerNamed } from './pre-tokenizers.ts';

function words(name: string, text: string): string[] {
  const preTokenizer = preTokenizerNamed(name);
  if (!preTokenizer) throw new Error(name);
  return wordCutter(preTokenizer.patterns)(text).map((word) => new TextDecoder().decode(bytesOfByteLevelToken(word)));
}

const TEXT = "I'LL pay  $1234.5, you've\n\n  日本語です camelCase:x\r\n 한국";

/** Words between middle dots. How llama.cpp cuts the same text is what `golden.test.ts` compares. */
test.each([
  ['default', "I·'·LL· pay·  ·$·123·4·.·5·,· you·'·ve·\n\n · 日本語です· camelCase·:·x·\r\n· 한국"],
  ['gpt-2', "I·'·LL· pay· · $·1234·.·5·,· you·'ve·\n\n · 日本語です· camelCase·:·x·\r\n· 한국"],
  ['llama-bpe', "I·'LL· pay· · $·123·4·.·5·,· you·'ve·\n\n· · 日本語です· camelCase·:x·\r\n· 한국"],
  ['qwen2', "I·'LL· pay· · $·1·2·3·4·.·5·,· you·'ve·\n\n· · 日本語です· camelCase·:x·\r\n· 한국"],
  ['deepseek-llm', "I·'·LL· pay· · $·1234·.·5·,· you·'·ve·\n·\n·  ·日本語です· camelCase·:·x·\r·\n· ·한국"],
  ['deepseek-coder', "I·'·LL· pay·  $·1·2·3·4·.·5·,· you·'·ve·\n·\n· · ·日本語です· camelCase·:·x·\r·\n· ·한국"],
  ['deepseek-v3', "I·'LL· pay· · $·123·4·.·5·,· you·'ve·\n\n·  ·日本語です· camelCase·:x·\r\n· 한국"],
  ['refact', "I·'·LL· pay· · $·1·2·3·4·.·5·,· you·'ve·\n\n · 日本語です· camelCase·:·x·\r\n· 한국"],
  ['falcon', "I·'·LL· pay·  ·$·123·4·.·5·,· you·'·ve·\n\n · 日本語です· camelCase·:·x·\r\n· 한국"],
  ['tekken', "I·'LL· pay· · $·1·2·3·4·.·5·,· you·'ve·\n\n· · 日本語です· camel·Case·:x·\r\n· 한국"],
  ['gpt-4o', "I'LL· pay· · $·123·4·.·5·,· you've·\n\n· · 日本語です· camel·Case·:x·\r\n· 한국"],
  ['kimi-k2', "I'LL· pay· · $·123·4·.·5·,· you've·\n\n· · ·日本語·です· camel·Case·:x·\r\n· 한국"],
])('%s', (name, expected) => {
  expect(words(name, TEXT).join('·')).toBe(expected);
});

test('names that share a pre-tokenizer', () => {
  expect(preTokenizerNamed('olmo')).toBe(preTokenizerNamed('gpt-2'));
  expect(preTokenizerNamed('dbrx')?.patterns).toEqual(preTokenizerNamed('llama3')?.patterns);
  expect(preTokenizerNamed('nobody')).toBeUndefined();
});

test('every pre-tokenizer keeps every character, in order', () => {
  const text = `${TEXT} \u0301 \u2003\u3000 ª²Ⅷ٣ ǅ 𐐀 😀👩‍👩‍👧 _^\`~ 'S 'll ſ\u0000\ufeff\t\t `;
  for (const name of PRE_TOKENIZER_NAMES) expect(words(name, text).join(''), name).toBe(text);
});
