// node tools/run-ts.mjs training/record.ts [FILE.gguf]
// Records the answer that the gallery of embeds and the page without WebGPU play back (public/examples/answer.mixtab.json), with the
// engine that visitors run. Run it whenever a new file ships. The speed is an assumed one: Node's tells nothing of a browser's.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, globals } from 'webgpu';
import { RoutingRecorder } from '../app/routing/routing-record.ts';
import { openDiskModel } from '../cli/disk-source.ts';
import { writeReplay } from '../embed/replay.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { generate } from '../engine/generate/generate.ts';
import { loadTextModel } from '../engine/generate/load-model.ts';
import { openGpu } from '../engine/gpu/device.ts';

const OUT = join(import.meta.dirname, '../public/examples/answer.mixtab.json');
const QUESTION = 'What is a mixture of experts?';
const TOKEN_MS = 27;

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

async function main(file: string): Promise<void> {
  const { facts, text } = await loadTextModel(await openGpu(dawn), await readGguf(await openDiskModel(file)), {
    contextLength: 256,
  });
  const recorder = new RoutingRecorder(facts);
  const messages = [{ role: 'user', content: QUESTION }] as const;
  const request = { prompt: { kind: 'chat', messages }, sampling: { temperature: 0 }, maxTokens: 100, trace: true } as const;
  let answer = '';
  let promptTokens = 0;
  let outputTokens = 0;
  for await (const event of generate(text, request, new AbortController().signal)) {
    if (event.type === 'token') {
      recorder.add(event.token);
      if (event.token.channel === 'answer') answer += event.token.text;
    } else if (event.type === 'done') ({ promptTokens, outputTokens } = event.timings);
  }
  const counts = { promptTokens, outputTokens, tokenMs: TOKEN_MS };
  const words = { model: facts.name, question: QUESTION, answer: answer.trim(), reasoning: '' };
  writeFileSync(OUT, writeReplay({ ...words, ...counts, routing: recorder.snapshot() }));
  console.error(`${OUT}: ${answer.trim()}`);
}

await main(process.argv[2] ?? join(import.meta.dirname, '../public/models/mixtab-20m.gguf'));
// Dawn keeps the process alive as long as a device does.
process.stdout.write('', () => process.exit());
