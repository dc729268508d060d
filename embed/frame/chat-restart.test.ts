// @vitest-environment happy-dom
// An engine that is restarted, by another page, while it loads for this frame.
import { expect, test, vi } from 'vitest';
import type { EngineClient, EngineErrorData, EngineNews, ModelInfo } from '../../engine/api.ts';
import type { BundledModel } from '../../app/models/bundled.ts';
import { createHub } from '../../app/models/hub.ts';
import { FrameChat } from './chat.ts';

test('what ended with the old engine does not stand for the load of the new one', async () => {
  const loads: { resolve(info: ModelInfo): void; reject(error: EngineErrorData): void }[] = [];
  let tellNews: (news: EngineNews) => void = () => {};
  const client = {
    load: () => new Promise<ModelInfo>((resolve, reject) => loads.push({ resolve, reject })),
    watch: (listener: (news: EngineNews) => void) => {
      tellNews = listener;
      return () => {};
    },
  } as unknown as EngineClient;
  const told: string[] = [];
  const bundled = { name: 'M', url: 'https://mixtab.example/m.gguf', bytes: 7 } as unknown as BundledModel;
  const chat = new FrameChat(
    {
      openEngine: async () => ({ client, storage: 'own' }),
      findCopy: async () => null,
      bundled,
      hub: createHub(),
      missing: () => null,
    },
    (name) => void told.push(name),
  );
  const started = chat.start().catch(() => undefined);
  await vi.waitFor(() => expect(loads).toHaveLength(1));
  tellNews({ kind: 'restarted' });
  loads[0]?.reject({ code: 'engine-ended', message: 'The engine was restarted.' });
  await started;
  await vi.waitFor(() => expect(loads).toHaveLength(2));
  expect(chat.store.getState().stage.kind).toBe('loading');
  loads[1]?.resolve({ name: 'M', fileBytes: 7, contextLength: 64, stored: true } as ModelInfo);
  await vi.waitFor(() => expect(chat.store.getState().stage.kind).toBe('ready'));
  expect(told).not.toContain('error');
});
