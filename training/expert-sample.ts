// npm run expert-sample [FILE.gguf]
// What the bundled model's experts prefer: answers 2,000 prompts with the engine that visitors run, counts which words each expert was
// chosen for, and writes app/routing/experts/shipped-sample.json, tied to the file by its SHA-256. Run it whenever a new file ships;
// until then the page shows no sample. With the same file it writes the same sample. About 20 minutes on two cores with no GPU.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, globals } from 'webgpu';
import { favouriteWords } from '../app/routing/experts/favourites.ts';
import { WordCorpus } from '../app/routing/experts/word-corpus.ts';
import { RoutingRecorder } from '../app/routing/routing-record.ts';
import { openDiskModel } from '../cli/disk-source.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { generate } from '../engine/generate/generate.ts';
import { loadTextModel } from '../engine/generate/load-model.ts';
import { openGpu } from '../engine/gpu/device.ts';
import { samplePrompts } from './sample-prompts.ts';

const HERE = import.meta.dirname;
const OUT = join(HERE, '../app/routing/experts/shipped-sample.json');
const PROMPTS = 2000;
const MAX_TOKENS = 64;
const FAVOURITES = 24; // an expert
const LARGEST = 150_000; // bytes

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

async function main(file: string): Promise<void> {
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  const prompts = samplePrompts(PROMPTS);
  const model = await loadTextModel(await openGpu(dawn), await readGguf(await openDiskModel(file)), {
    contextLength: 256,
  });
  const { experts, expertsUsed, moeLayers: layers } = model.facts;
  const corpus = new WordCorpus();
  const started = Date.now();
  for (const [done, prompt] of prompts.entries()) {
    if (done % 100 === 0) console.error(`${done} of ${prompts.length} answered, ${Math.round((Date.now() - started) / 1000)} s`);
    const recorder = new RoutingRecorder({ moeLayers: layers, experts, expertsUsed });
    const request = {
      prompt: { kind: 'chat', messages: [{ role: 'user', content: prompt }] },
      sampling: { temperature: 0 },
      maxTokens: MAX_TOKENS,
      trace: true,
    } as const;
    for await (const event of generate(model.text, request, new AbortController().signal))
      if (event.type === 'token') recorder.add(event.token);
    const record = recorder.snapshot();
    if (record !== null) corpus.add({ ...record, texts: [...record.texts] });
  }

  const words: string[] = [];
  const of: number[] = [];
  const places = new Map<string, number>();
  function placeOf(word: string, count: number): number {
    const place = places.get(word) ?? words.length;
    if (place === words.length) {
      places.set(word, place);
      words.push(word);
      of.push(count);
    }
    return place;
  }
  const preferred = layers.flatMap((_, row) =>
    Array.from({ length: experts }, (_, expert) => {
      const sample = corpus.sample(row, expert);
      const favourites = favouriteWords(sample, FAVOURITES);
      return [sample.chosen, ...favourites.flatMap((one) => [placeOf(one.word, one.of), one.chosen])];
    }),
  );
  const looked = corpus.sample(0, 0).words.filter((word) => word.of >= 3).length;
  const sample = { sha256, prompts: prompts.length, tokens: corpus.tokens, looked, layers, experts, words, of, preferred };
  const text = `${JSON.stringify(sample)}\n`;
  if (text.length > LARGEST) throw new Error(`The sample takes ${text.length} bytes, more than ${LARGEST}.`);
  writeFileSync(OUT, text);
  console.error(`${OUT}: ${text.length} bytes, ${corpus.tokens} tokens, ${Math.round((Date.now() - started) / 1000)} s`);
}

await main(process.argv[2] ?? join(HERE, '../public/models/mixtab-20m.gguf'));
// Dawn keeps the process alive as long as a device does.
process.stdout.write('', () => process.exit());
