// `npm run record:suggestions`: the experts that the bundled model sends its suggestions' answers to, for the moving picture on the
// empty page. To be run again when the model or its suggestions change; a test says when.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { openNodeModel } from '../cli/node-engine.ts';
import { generate } from '../engine/generate/generate.ts';

const MODEL = 'public/models/mixtab-20m.gguf';
const OUT = 'app/routing/moving/recorded.json';
/** What moves by itself ends within five seconds (WCAG 2.2.2): no more tokens than are seen in that time. */
const TOKENS = 28;
/** As many as the empty page shows, and some more where a few of them change places. */
const MOST = 8;

const { prompts } = JSON.parse(readFileSync('training/prompts.json', 'utf8')) as {
  prompts: readonly { readonly prompt: string; readonly suggestion?: boolean }[];
};
const { model } = await openNodeModel(MODEL);
const { moeLayers: layers, experts, expertsUsed: used, layers: allLayers, sharedExperts } = model.facts;
if (experts > 256) throw new Error('The file has a byte for each expert: more than 256 do not fit.');
const answers: { question: string; texts: string[]; chosen: string; shares: string }[] = [];
for (const { prompt } of prompts.filter(({ suggestion }) => suggestion === true).slice(0, MOST)) {
  const texts: string[] = [];
  const chosen: number[] = [];
  const shares: number[] = [];
  const request = {
    prompt: { kind: 'chat', messages: [{ role: 'user', content: prompt }] },
    sampling: { temperature: 0 },
    maxTokens: TOKENS,
    trace: true,
  } as const;
  for await (const event of generate(model.text, request, new AbortController().signal)) {
    if (event.type !== 'token' || event.token.routing === undefined) continue;
    const { routing, text } = event.token;
    texts.push(text);
    for (let row = 0; row < layers.length; row++) {
      const weights = routing.weights.subarray(row * used, (row + 1) * used);
      const sum = weights.reduce((all, weight) => all + weight, 0);
      chosen.push(...routing.experts.subarray(row * used, (row + 1) * used));
      shares.push(...Array.from(weights, (weight) => Math.round((255 * weight) / Math.max(sum, 1e-9))));
    }
  }
  answers.push({ question: prompt, texts, chosen: base64(chosen), shares: base64(shares) });
  console.log(`${prompt} ${texts.join('')}`);
}
const sha256 = createHash('sha256').update(readFileSync(MODEL)).digest('hex');
const recorded = { sha256, layers, allLayers, sharedExperts, experts, used, answers };
writeFileSync(OUT, await format(JSON.stringify(recorded), { parser: 'json', printWidth: 120 }));
process.exit(0); // Dawn keeps the process

function base64(bytes: readonly number[]): string {
  return Buffer.from(bytes).toString('base64');
}
