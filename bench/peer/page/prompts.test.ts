import { expect, test } from 'vitest';
import { promptOfTokens } from './prompts.ts';

const perCharacter = async (text: string): Promise<number> => text.length;
/** Words of up to four characters are one token. */
const perPieceOfWord = async (text: string): Promise<number> => text.match(/ ?\w{1,4}|./g)?.length ?? 0;

test.each([perCharacter, perPieceOfWord])('makes prompts of the exact length', async (countTokens) => {
  for (const tokens of [1, 2, 128, 1000])
    expect(await countTokens(await promptOfTokens(3, tokens, countTokens))).toBe(tokens);
});

test('begins each prompt with another word', async () => {
  const prompts = await Promise.all([0, 1, 2, 3].map((n) => promptOfTokens(n, 60, perCharacter)));
  expect(new Set(prompts.map((prompt) => prompt.split(' ')[0])).size).toBe(4);
});

test('gives up where no text has that many tokens', async () => {
  await expect(promptOfTokens(0, 3, async (text) => text.length * 2)).rejects.toThrow('exactly 3 tokens');
});
