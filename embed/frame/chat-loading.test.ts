// @vitest-environment happy-dom
// Loads that end otherwise than the frame had hoped.
import { expect, test, vi } from 'vitest';
import type { EngineClient, EngineErrorData, EngineNews, ModelInfo } from '../../engine/api.ts';
import type { BundledModel } from '../../app/models/bundled.ts';
import { createHub } from '../../app/models/hub.ts';
import { FrameChat } from './chat.ts';

const INFO = { name: 'M', fileBytes: 7, contextLength: 64, stored: true } as ModelInfo;

interface Loading {
  resolve(info: ModelInfo): void;
  reject(error: EngineErrorData): void;
}

function startChat() {
  const loads: Loading[] = [];
  const told: string[] = [];
  let tellNews: (news: EngineNews) => void = () => {};
  const client = {
    load: () => new Promise<ModelInfo>((resolve, reject) => loads.push({ resolve, reject })),
    watch: (listener: (news: EngineNews) => void) => {
      tellNews = listener;
      return () => {};
    },
  } as unknown as EngineClient;
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
  return { chat, loads, told, started, tellNews: (news: EngineNews) => tellNews(news) };
}

test('what ended with an engine that another page restarted does not stand for the load of the new one', async () => {
  const { chat, loads, told, started, tellNews } = startChat();
  await vi.waitFor(() => expect(loads).toHaveLength(1));
  tellNews({ kind: 'restarted' });
  loads[0]?.reject({ code: 'engine-ended', message: 'The engine was restarted.' });
  await started;
  await vi.waitFor(() => expect(loads).toHaveLength(2));
  expect(chat.store.getState().stage.kind).toBe('loading');
  loads[1]?.resolve(INFO);
  await vi.waitFor(() => expect(chat.store.getState().stage.kind).toBe('ready'));
  expect(told).not.toContain('error');
});

test('a question after a load that failed tries again', async () => {
  const { chat, loads, started } = startChat();
  await vi.waitFor(() => expect(loads).toHaveLength(1));
  loads[0]?.reject({ code: 'network', message: 'The connection broke.' });
  await started;
  expect(chat.store.getState().stage.kind).toBe('failed');
  const asked = chat.ask('And now?');
  await vi.waitFor(() => expect(loads).toHaveLength(2));
  loads[1]?.reject({ code: 'network', message: 'It broke again.' });
  await expect(asked).rejects.toMatchObject({ message: 'It broke again.' });
});
