// @vitest-environment happy-dom
// Recordings of a host that changes its mind.
import { beforeEach, expect, test, vi } from 'vitest';
import type { EngineClient } from '../../engine/api.ts';
import { createHub } from '../../app/models/hub.ts';
import { type Replay, writeReplay } from '../replay.ts';
import { FrameChat } from './chat.ts';
import type { OpenedEngine } from './ladder.ts';

const recording = (answer: string): string =>
  writeReplay({
    ...{ model: 'M', question: 'Why?', answer, reasoning: '', tokenMs: 1, promptTokens: 1, outputTokens: 1 },
    routing: null,
  } satisfies Replay);

const A = 'https://host.example/a.json';
const B = 'https://host.example/b.json';

let replies: Map<string, (response: Response) => void>;
const openEngine = vi.fn<() => Promise<OpenedEngine>>(async () => ({ client: {} as EngineClient, storage: 'own' }));
let chat: FrameChat;

beforeEach(() => {
  replies = new Map();
  openEngine.mockClear();
  vi.stubGlobal('fetch', (url: URL) => new Promise<Response>((resolve) => replies.set(url.href, resolve)));
  vi.stubGlobal('matchMedia', () => ({ matches: true })); // plays at once
  chat = new FrameChat(
    { openEngine, findCopy: async () => null, bundled: null, hub: createHub(), missing: () => null },
    () => {},
  );
});

async function reply(url: string, answer: string): Promise<void> {
  await vi.waitFor(() => expect(replies.has(url)).toBe(true));
  replies.get(url)?.(new Response(recording(answer)));
}

const shown = (): string | undefined => chat.store.getState().messages.at(-1)?.text;

test('another recording plays at once where one was started', async () => {
  await chat.setOptions({ replay: A });
  expect(replies.size).toBe(0); // nothing before somebody wants it
  const started = chat.start();
  await reply(A, 'from A');
  await started;
  expect(shown()).toBe('from A');
  const changed = chat.setOptions({ replay: B });
  await reply(B, 'from B');
  await changed;
  expect(shown()).toBe('from B');
});

test('one that comes too late takes the place of none', async () => {
  await chat.setOptions({ replay: A });
  const started = chat.start();
  await vi.waitFor(() => expect(replies.has(A)).toBe(true));
  const changed = chat.setOptions({ replay: B });
  await reply(B, 'from B');
  await changed;
  await reply(A, 'from A');
  await started;
  expect(shown()).toBe('from B');
  await chat.start();
  expect(shown()).toBe('from B');
});

test('without the recording no model is loaded by itself', async () => {
  await chat.setOptions({ replay: A });
  const started = chat.start();
  await reply(A, 'from A');
  await started;
  await chat.setOptions({});
  expect(openEngine).not.toHaveBeenCalled();
  expect(chat.store.getState().stage.kind).toBe('idle');
});
