import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MOST_SUGGESTIONS } from '../../models/bundled.ts';
import { recordedAnswer } from './recorded-answers.ts';
import recorded from './recorded.json';

const { prompts } = JSON.parse(readFileSync('training/prompts.json', 'utf8')) as {
  readonly prompts: readonly { readonly prompt: string; readonly suggestion?: boolean }[];
};
const suggestions = prompts.filter(({ suggestion }) => suggestion === true).map(({ prompt }) => prompt);

test('every suggestion of the empty page was recorded, by the model that ships with it', () => {
  const [file] = readdirSync('public/models').filter((name) => name.endsWith('.gguf'));
  const sha256 = createHash('sha256')
    .update(readFileSync(`public/models/${file}`))
    .digest('hex');
  expect(recorded.sha256, 'npm run record:suggestions').toBe(sha256);
  for (const question of suggestions.slice(0, MOST_SUGGESTIONS)) {
    const answer = recordedAnswer(question);
    expect(answer?.question, 'npm run record:suggestions').toBe(question);
    const { layers, used, experts, count, chosen, weights } = answer?.record ?? ({} as never);
    expect(count).toBeGreaterThan(0);
    expect(chosen).toHaveLength(count * layers.length * used);
    expect(weights).toHaveLength(chosen.length);
    expect(chosen.every((expert) => expert < experts)).toBe(true);
  }
});

test('of a question that nobody recorded, another answer is shown', () => {
  expect(recordedAnswer('Who let the dogs out?')?.question).toBe(recorded.answers[0]?.question);
});
