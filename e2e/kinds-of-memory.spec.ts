// Models that remember by windows or by recurrent states, not by a cache of all tokens alone: opened from disk and used as any other.
import { goldenModels } from '../oracle/models.ts';
import { expect, finished, promptTokens, test, textOf } from './chat-page.ts';

const MODELS = {
  'windows and sinks': 'gpt-oss-mxfp4',
  'short convolutions': 'lfm2moe-q4_0',
  'gated delta nets': 'qwen35moe-q4_0',
} as const;

for (const [kind, name] of Object.entries(MODELS)) {
  test(`an answer by ${kind} is made again at the cost of its last token`, async ({ chat, page, context }) => {
    const model = goldenModels.find((each) => each.name === name);
    if (model === undefined) throw new Error(`no golden model is called ${name}`);
    await page.route('**/models/*.gguf*', (route) => route.fulfill({ status: 404 }));
    await page.goto('/');
    await chat.openFile({
      name: `${name}.gguf`,
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(model.build()),
    });
    const answer = await chat.askAndWait('Tell me what you know about convolutions, windows and nets.');
    const first = await textOf(answer, context);
    expect(first).not.toBe('');

    await answer.getByRole('button', { name: 'Answer again' }).click();
    const again = chat.answers.last();
    await expect(again.getByText('2 / 2')).toBeVisible();
    await finished(again);
    expect(await textOf(again, context)).toBe(first);
    const { reused, total } = await promptTokens(again);
    expect(reused).toBe(total - 1);
  });
}
