// One real run: places of a small model, measured on whatever Dawn has here.
import 'fake-indexeddb/auto';
import { create, globals } from 'webgpu';
import { expect, test } from 'vitest';
import { goldenModels } from '../../oracle/models.ts';
import type { GenerateEvent, TuningProgress } from '../api.ts';
import { LocalEngine } from '../local-engine.ts';
import { inlineTemplateRunner } from '../tokenizer/template-runner.ts';
import { Tuner } from './tuner.ts';
import { indexedDbTuningStore } from './tuning-store.ts';

Object.assign(globalThis, globals);
const dawn = create([]);

const golden = goldenModels.find(({ name }) => name === 'qwen3moe-q4_0') ?? goldenModels[0];
const file = new File([golden?.build() ?? new Uint8Array()], 'small.gguf');

test('try', { timeout: 120_000 }, async () => {
  const engine = new LocalEngine(dawn, inlineTemplateRunner, {}, new Tuner(indexedDbTuningStore(), 'test'));
  await engine.load({ kind: 'file', files: [file] }, { contextLength: 64 }, () => undefined);
  const progress: TuningProgress[] = [];
  expect(await engine.tune({}, () => undefined)).toBe('software');
  const t = performance.now();
  const end = await engine.tune({ force: true, budgetMs: 20_000 }, (one) => progress.push(one));
  console.log(end, performance.now() - t, progress, JSON.stringify((await engine.device()).tuning, null, 1));
  const events: GenerateEvent[] = [];
  await engine.generate({ prompt: { kind: 'tokens', tokens: [5, 80, 200, 17, 42] }, maxTokens: 4 }, (b) =>
    events.push(...b),
  );
  expect(events.at(-1)?.type).toBe('done');
});
