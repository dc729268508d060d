// node tools/run-ts.mjs training/answers.ts FILE.gguf < prompts.json > answers.jsonl
// Answers many prompts at temperature 0 with the engine that visitors run, loading the model once: for evaluate.py --engine.
// In: a JSON list of prompts, each a text or a conversation (user and assistant in turn). Out: one answer a line, as JSON.
import { text as readText } from 'node:stream/consumers';
import { create, globals } from 'webgpu';
import { openDiskModel } from '../cli/disk-source.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { generate } from '../engine/generate/generate.ts';
import { loadTextModel } from '../engine/generate/load-model.ts';
import { openGpu } from '../engine/gpu/device.ts';

const MAX_TOKENS = 120; // as in generate.py

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

async function main(file: string): Promise<void> {
  const prompts = JSON.parse(await readText(process.stdin)) as (string | string[])[];
  const gguf = await readGguf(await openDiskModel(file));
  const model = await loadTextModel(await openGpu(dawn), gguf, { contextLength: 512 });
  for (const [done, prompt] of prompts.entries()) {
    if (done % 50 === 0) console.error(`${done} of ${prompts.length} answered`);
    const messages = [prompt].flat().map((content, place) => ({
      role: place % 2 === 0 ? ('user' as const) : ('assistant' as const),
      content,
    }));
    const request = {
      prompt: { kind: 'chat', messages },
      sampling: { temperature: 0 },
      maxTokens: MAX_TOKENS,
    } as const;
    let answer = '';
    for await (const event of generate(model.text, request, new AbortController().signal))
      if (event.type === 'token' && event.token.channel === 'answer') answer += event.token.text;
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
}

await main(process.argv[2] ?? '../public/models/mixtab-20m.gguf');
// Dawn keeps the process alive as long as a device does.
process.stdout.write('', () => process.exit());
