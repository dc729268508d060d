import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDiskModel } from '../cli/disk-source.ts';
import { readGguf } from './formats/gguf.ts';
import { generate } from './generate/generate.ts';
import { loadTextModel, type LoadedModel } from './generate/load-model.ts';
import { openTestGpu } from './testing/gpu.ts';

const MODELS = 'public/models';
/** A build without a bundled model is a valid one; then there is nothing to test here. */
const file = existsSync(MODELS) ? readdirSync(MODELS).find((name) => name.endsWith('.gguf')) : undefined;

interface Promised {
  readonly prompt: string;
  /** A regular expression for the answer after its reasoning. */
  readonly expect: string;
  /** Offered as a button on the empty page. */
  readonly suggestion?: boolean;
}
const { prompts } = JSON.parse(readFileSync('training/prompts.json', 'utf8')) as { prompts: Promised[] };

const MAX_TOKENS = 200;

describe.runIf(file !== undefined)('the bundled model', () => {
  let model: LoadedModel;

  beforeAll(async () => {
    const gpu = await openTestGpu({ profile: 'rows', subgroups: false });
    const gguf = await readGguf(await openDiskModel(`${MODELS}/${file ?? ''}`));
    model = await loadTextModel(gpu, gguf, { contextLength: 1024 });
  }, 120_000);
  afterAll(() => model.text.session.destroy());

  async function answer(prompt: string): Promise<string> {
    const request = {
      prompt: { kind: 'chat', messages: [{ role: 'user', content: prompt }] },
      maxTokens: MAX_TOKENS,
    } as const;
    let text = '';
    for await (const event of generate(model.text, request, new AbortController().signal))
      if (event.type === 'token' && event.token.channel === 'answer') text += event.token.text;
    return text.trim();
  }

  test('keeps thirty promises', () => {
    expect(prompts.length).toBeGreaterThanOrEqual(30);
  });

  test('suggestions do not sound like the page’s own buttons', () => {
    // Tests, voice control and screen readers find “Send” by its name, and a part of a name is enough for some.
    const suggestions = prompts.filter(({ suggestion }) => suggestion === true);
    expect(suggestions.length).toBeGreaterThan(2);
    for (const { prompt } of suggestions) expect(prompt).not.toMatch(/send|stop|new chat|message/i);
  });

  test.each(prompts)('answers “$prompt”', async ({ prompt, expect: pattern }) => {
    expect(await answer(prompt)).toMatch(new RegExp(pattern, 'i'));
  });
});
