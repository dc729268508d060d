// @vitest-environment happy-dom
import { waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GenerateRequest } from '../../engine/api.ts';
import { createGate, newDatabase } from '../testing/render-page.tsx';
import { closeTab, closeTabs, openTab, type Tab } from '../testing/tabs.ts';
import type { ChatState } from './chat-state.ts';
import type { AssistantMessage } from './conversation.ts';

beforeEach(() => localStorage.clear());
afterEach(closeTabs);

const chat = (tab: Tab): ChatState => tab.chat.getState();
const texts = (tab: Tab): string[] => chat(tab).path.map(({ message }) => message.content);
const idAt = (tab: Tab, index: number): string => chat(tab).path.at(index)?.message.id ?? '';
const answerAt = (tab: Tab, index = -1): AssistantMessage => {
  const message = chat(tab).path.at(index)?.message;
  if (message?.role !== 'assistant') throw new Error('no answer there');
  return message;
};
const sentText = (request: GenerateRequest | undefined): string[] =>
  request?.prompt.kind === 'chat' ? request.prompt.messages.map(({ content }) => content) : [];
const counted = (words: readonly string[]) => (): string => {
  const [first = 'no more', ...rest] = words;
  words = rest;
  return first;
};

describe('branches', () => {
  test('a question that is changed becomes a branch of its own and is answered', async () => {
    const tab = await openTab(newDatabase());
    await chat(tab).send('One');
    await chat(tab).send('Two');
    await chat(tab).edit(idAt(tab, 0), 'Another one');
    expect(texts(tab)).toEqual(['Another one', 'You said: Another one']);
    expect(chat(tab).path[0]?.siblings).toHaveLength(2);
    expect(sentText(tab.engine.requests.at(-1))).toEqual(['Another one']);
    const first = chat(tab).path[0]?.siblings[0] ?? '';
    await chat(tab).showBranch(first);
    expect(texts(tab)).toEqual(['One', 'You said: One', 'Two', 'You said: Two']);
  });

  test('an answer that is asked for again stands beside the one before', async () => {
    const tab = await openTab(newDatabase(), { answer: counted(['first', 'second']) });
    await chat(tab).send('One');
    const first = idAt(tab, -1);
    await chat(tab).regenerate(first);
    expect(texts(tab)).toEqual(['One', 'second']);
    expect(chat(tab).path.at(-1)?.siblings).toEqual([first, idAt(tab, -1)]);
    await chat(tab).showBranch(first);
    expect(texts(tab)).toEqual(['One', 'first']);
  });

  test('an answer that came to nothing is replaced', async () => {
    const tab = await openTab(newDatabase(), { answer: counted(['', 'second']) });
    await chat(tab).send('One');
    expect(answerAt(tab).content).toBe('');
    await chat(tab).regenerate(idAt(tab, -1));
    expect(texts(tab)).toEqual(['One', 'second']);
    expect(chat(tab).path.at(-1)?.siblings).toHaveLength(1);
  });

  test('an answer that is changed is kept beside the original, and is what the model reads next', async () => {
    const tab = await openTab(newDatabase());
    await chat(tab).send('One');
    await chat(tab).edit(idAt(tab, -1), 'My words');
    expect(answerAt(tab)).toMatchObject({ content: 'My words', status: { kind: 'edited' }, routing: null });
    expect(tab.engine.requests).toHaveLength(1);
    await chat(tab).send('Two');
    expect(sentText(tab.engine.requests.at(-1))).toEqual(['One', 'My words', 'Two']);
  });

  test('the branch that was shown is shown after a reload', async () => {
    const database = newDatabase();
    const tab = await openTab(database, { answer: counted(['first', 'second']) });
    await chat(tab).send('One');
    await chat(tab).regenerate(idAt(tab, -1));
    await chat(tab).showBranch(chat(tab).path.at(-1)?.siblings[0] ?? '');
    closeTab(tab);
    const again = await openTab(database);
    await chat(again).select(chat(again).heads[0]?.id ?? '');
    expect(texts(again)).toEqual(['One', 'first']);
    expect(chat(again).path.at(-1)?.siblings).toHaveLength(2);
  });
});

describe('an answer that broke off', () => {
  test('goes on in the same message, with its routing', async () => {
    const tab = await openTab(newDatabase(), { answer: counted(['one two', ' three four']) });
    tab.settings.getState().setSampling({ maxTokens: 2 });
    await chat(tab).send('Count');
    const { id, routing } = answerAt(tab);
    expect(routing?.count).toBe(2);
    await chat(tab).continueAnswer();
    expect(texts(tab)).toEqual(['Count', 'one two three four']);
    expect(answerAt(tab).id).toBe(id);
    expect(answerAt(tab).routing?.count).toBe(4);
    expect(answerAt(tab).status).toMatchObject({ kind: 'done', timings: { outputTokens: 4 } });
    expect(tab.engine.requests.at(-1)?.prompt).toEqual({
      kind: 'chat',
      messages: [
        { role: 'user', content: 'Count' },
        { role: 'assistant', content: 'one two', tokens: [expect.any(Number), expect.any(Number)] },
      ],
      continueLast: true,
    });
  });

  test('goes on after a reload', async () => {
    const database = newDatabase();
    const tab = await openTab(database, { answer: () => 'one two three', pace: createGate(2).pace });
    void chat(tab).send('Count');
    await waitFor(() => expect(texts(tab).at(-1)).toBe('one two'));
    window.dispatchEvent(new Event('pagehide'));
    await waitFor(async () => {
      const other = await openTab(database);
      await chat(other).select(chat(other).heads[0]?.id ?? '');
      expect(texts(other).at(-1)).toBe('one two');
      closeTab(other);
    });
    closeTab(tab);
    const again = await openTab(database, { answer: () => ' three' });
    await chat(again).select(chat(again).heads[0]?.id ?? '');
    expect(answerAt(again).status).toEqual({ kind: 'interrupted' });
    await chat(again).continueAnswer();
    expect(answerAt(again)).toMatchObject({ content: 'one two three', status: { kind: 'done' } });
    expect(answerAt(again).routing?.texts).toEqual(['one', ' two', ' three']);
  });
});

describe('deleting', () => {
  test('a message takes with it what follows, and can be brought back, routing and all', async () => {
    const database = newDatabase();
    const tab = await openTab(database);
    await chat(tab).send('One');
    await chat(tab).send('Two');
    await chat(tab).deleteMessage(idAt(tab, 2));
    expect(texts(tab)).toEqual(['One', 'You said: One']);
    expect(chat(tab).deleted).toEqual({ kind: 'messages', count: 2 });
    const reader = await openTab(database);
    await chat(reader).select(chat(reader).heads[0]?.id ?? '');
    expect(texts(reader)).toHaveLength(2);
    closeTab(reader);
    await chat(tab).undoDelete();
    expect(texts(tab)).toEqual(['One', 'You said: One', 'Two', 'You said: Two']);
    expect(chat(tab).deleted).toBeNull();
    closeTab(tab);
    const again = await openTab(database);
    await chat(again).select(chat(again).heads[0]?.id ?? '');
    await waitFor(() => expect(answerAt(again).routing?.count).toBeGreaterThan(0));
    expect(texts(again)).toHaveLength(4);
  });

  test('one of two branches shows the other', async () => {
    const tab = await openTab(newDatabase(), { answer: counted(['first', 'second']) });
    await chat(tab).send('One');
    await chat(tab).regenerate(idAt(tab, -1));
    await chat(tab).deleteMessage(idAt(tab, -1));
    expect(texts(tab)).toEqual(['One', 'first']);
    expect(chat(tab).path.at(-1)?.siblings).toHaveLength(1);
  });

  test('a conversation that was open is open again when it is brought back', async () => {
    const tab = await openTab(newDatabase());
    await chat(tab).send('One');
    const { current } = chat(tab);
    await chat(tab).remove(current?.id ?? '');
    expect(chat(tab)).toMatchObject({ current: null, path: [], heads: [] });
    await chat(tab).undoDelete();
    expect(chat(tab).current?.id).toBe(current?.id);
    expect(texts(tab)).toEqual(['One', 'You said: One']);
  });
});

describe('another conversation while an answer is under way', () => {
  test('lets it go on: there when one comes back, whether it is still being written or has ended', async () => {
    const gate = createGate(2);
    const tab = await openTab(newDatabase(), { answer: () => 'one two three four', pace: gate.pace });
    void chat(tab).send('Count');
    await waitFor(() => expect(texts(tab).at(-1)).toBe('one two'));
    const counting = chat(tab).current?.id ?? '';
    await chat(tab).newChat();
    expect(chat(tab)).toMatchObject({ path: [], answeringIn: counting });
    await chat(tab).send('Not now'); // one answer at a time
    expect(chat(tab).current).toBeNull();

    await chat(tab).select(counting);
    expect(texts(tab)).toEqual(['Count', 'one two']);
    expect(answerAt(tab).status.kind).toBe('streaming');
    await chat(tab).newChat();
    gate.open();
    await waitFor(() => expect(chat(tab)).toMatchObject({ answeringIn: null }));
    expect(chat(tab).current).toBeNull();
    await chat(tab).select(counting);
    expect(texts(tab)).toEqual(['Count', 'one two three four']);
    expect(answerAt(tab).status.kind).toBe('done');
    await waitFor(() => expect(answerAt(tab).routing?.texts).toHaveLength(4));
  });

  test('reads what it was asked, not what is open', async () => {
    const tab = await openTab(newDatabase());
    await chat(tab).send('Other');
    await chat(tab).newChat();
    const [other] = chat(tab).heads;
    void chat(tab).send('Question');
    await chat(tab).select(other?.id ?? '');
    await waitFor(() => expect(chat(tab).answeringIn).toBeNull());
    expect(sentText(tab.engine.requests.at(-1))).toEqual(['Question']);
    expect(texts(tab)).toEqual(['Other', 'You said: Other']);
    await chat(tab).select(chat(tab).heads.find(({ id }) => id !== other?.id)?.id ?? '');
    expect(texts(tab)).toEqual(['Question', 'You said: Question']);
  });

  test('is stopped where its own conversation is deleted, and by Stop from anywhere', async () => {
    const tab = await openTab(newDatabase(), { answer: () => 'one two three', pace: createGate(2).pace });
    void chat(tab).send('Count');
    await waitFor(() => expect(texts(tab).at(-1)).toBe('one two'));
    const counting = chat(tab).current?.id ?? '';
    await chat(tab).newChat();
    await chat(tab).stop();
    await chat(tab).select(counting);
    expect(answerAt(tab)).toMatchObject({ content: 'one two', status: { kind: 'done', finishReason: 'aborted' } });
    void chat(tab).continueAnswer();
    await waitFor(() => expect(chat(tab).answeringIn).toBe(counting));
    await chat(tab).newChat();
    await chat(tab).remove(counting);
    expect(chat(tab)).toMatchObject({ answeringIn: null, heads: [] });
  });
});

describe('settings and attachments', () => {
  test('those of a conversation go before the global ones, also those chosen before its first message', async () => {
    const tab = await openTab(newDatabase());
    tab.settings.getState().setSampling({ systemPrompt: 'Global', temperature: 0.3 });
    await chat(tab).setConversationSettings({ systemPrompt: 'Own' });
    await chat(tab).send('Hi');
    expect(sentText(tab.engine.requests[0])).toEqual(['Own', 'Hi']);
    expect(tab.engine.requests[0]?.sampling?.temperature).toBe(0.3);
    await chat(tab).newChat();
    await chat(tab).send('Hi');
    expect(sentText(tab.engine.requests[1])).toEqual(['Global', 'Hi']);
  });

  test('files are read before the question, and can be all there is', async () => {
    const tab = await openTab(newDatabase());
    await chat(tab).send('', [{ id: 'f', name: 'notes.txt', bytes: 5, text: 'alpha' }]);
    expect(sentText(tab.engine.requests[0])).toEqual(['File: notes.txt\n```\nalpha\n```']);
    expect(chat(tab).current?.title).toBe('notes.txt');
  });
});

describe('the model of a conversation', () => {
  const other = { name: 'Other', source: { kind: 'url', url: 'https://example.org/other.gguf' } } as const;

  test('is the one that was loaded; opening the conversation loads nothing, sending does', async () => {
    const tab = await openTab(newDatabase());
    await chat(tab).send('One');
    const first = chat(tab).current?.id ?? '';
    expect(chat(tab).current?.model?.source).toEqual({ kind: 'bundled' });
    await chat(tab).newChat();
    await tab.model.getState().open(other.source);
    await chat(tab).send('Two');
    expect(chat(tab).current?.model?.source).toEqual(other.source);
    await chat(tab).select(first);
    expect(tab.engine.loads).toHaveLength(2);
    await chat(tab).send('Three');
    expect(tab.engine.loads).toHaveLength(3);
    expect(texts(tab).at(-1)).toBe('You said: Three');
  });

  test('opening a model while a conversation is open is meant for it', async () => {
    const tab = await openTab(newDatabase());
    await chat(tab).send('One');
    await tab.model.getState().open(other.source);
    expect(chat(tab).current?.model?.source).toEqual(other.source);
    await chat(tab).send('Two');
    expect(tab.engine.loads).toHaveLength(2);
  });

  test('where it cannot be loaded, the answer says why', async () => {
    const error = { code: 'network', message: 'No connection.' } as const;
    const tab = await openTab(newDatabase(), { loadErrors: [null, null, error, error] });
    await chat(tab).send('One');
    await chat(tab).setConversationModel(other); // loads
    await chat(tab).setConversationModel({ ...other, source: { kind: 'url', url: 'https://example.org/x.gguf' } });
    expect(tab.model.getState().status).toMatchObject({ kind: 'failed', error });
    await chat(tab).send('Two');
    expect(answerAt(tab).status).toEqual({ kind: 'failed', error });
    expect(chat(tab).answeringIn).toBeNull();
  });

  test('Stop while it loads ends the answer, not the load', async () => {
    const gate = createGate(3);
    let loads = 0;
    const tab = await openTab(newDatabase(), {
      loadPace: (step) => {
        if (step === 0) loads++;
        return loads > 1 ? gate.pace(step) : Promise.resolve();
      },
    });
    await chat(tab).send('One');
    void chat(tab).setConversationModel(other);
    void chat(tab).send('Two');
    await waitFor(() => expect(answerAt(tab).status.kind).toBe('waiting'));
    await chat(tab).stop();
    expect(answerAt(tab).status).toMatchObject({ kind: 'done', finishReason: 'aborted' });
    gate.open();
    await waitFor(() => expect(tab.model.getState().status.kind).toBe('ready'));
  });
});

describe('the context', () => {
  const long = 'word '.repeat(20).trim();

  test('is counted after an answer, and when a conversation is opened', async () => {
    const tab = await openTab(newDatabase());
    await chat(tab).send('One');
    await waitFor(() => expect(chat(tab).context).toMatchObject({ total: 2048, leftOut: 0 }));
    const used = chat(tab).context?.used ?? 0;
    expect(used).toBeGreaterThan(5);
    const id = chat(tab).current?.id ?? '';
    await chat(tab).newChat();
    expect(chat(tab).context).not.toMatchObject({ used });
    await chat(tab).select(id);
    await waitFor(() => expect(chat(tab).context?.used).toBe(used));
  });

  test('leaves out the oldest messages when it is full, and says how many', async () => {
    const tab = await openTab(newDatabase(), { model: { contextLength: 160 } });
    tab.settings.getState().setSampling({ systemPrompt: 'Be kind.', maxTokens: 40 });
    for (let turn = 0; turn < 8; turn++) await chat(tab).send(`${turn} ${long}`);
    const sent = sentText(tab.engine.requests.at(-1));
    expect(sent[0]).toBe('Be kind.');
    expect(sent.at(-1)).toBe(`7 ${long}`);
    expect(sent.length).toBeLessThan(8);
    expect(texts(tab)).toHaveLength(16);
    await waitFor(() => expect(chat(tab).context?.leftOut).toBeGreaterThan(0));
    expect(chat(tab).context?.used).toBeLessThanOrEqual(120);
  });
});

describe('several tabs', () => {
  test('show what the others write, and overwrite nothing', async () => {
    const database = newDatabase();
    const [one, two] = [await openTab(database), await openTab(database)];
    await chat(one).send('From one');
    await waitFor(() => expect(chat(two).heads).toHaveLength(1));
    const id = chat(one).current?.id ?? '';
    await chat(two).select(id);
    await chat(two).send('From two');
    await waitFor(() => expect(texts(one)).toEqual(texts(two)));
    expect(texts(one)).toHaveLength(4);
    await Promise.all([chat(one).rename(id, 'New title'), chat(two).setPinned(id, true)]);
    await waitFor(() => {
      for (const tab of [one, two]) expect(chat(tab).heads[0]).toMatchObject({ title: 'New title', isPinned: true });
    });
  });

  test('both answer at once: two branches, none lost', async () => {
    const database = newDatabase();
    const [one, two] = [await openTab(database), await openTab(database)];
    await chat(one).send('Start');
    const id = chat(one).current?.id ?? '';
    await waitFor(() => expect(chat(two).heads).toHaveLength(1));
    await chat(two).select(id);
    await Promise.all([chat(one).send('Left'), chat(two).send('Right')]);
    closeTabs();
    const reader = await openTab(database);
    await chat(reader).select(id);
    const [left, right] = chat(reader).path[2]?.siblings ?? [];
    await chat(reader).showBranch(left ?? '');
    const first = texts(reader);
    await chat(reader).showBranch(right ?? '');
    expect(new Set([first.at(-1), texts(reader).at(-1)])).toEqual(new Set(['You said: Left', 'You said: Right']));
  });

  test('an answer of another tab is shown as it streams, and is not taken for interrupted', async () => {
    const database = newDatabase();
    const gate = createGate(2);
    const one = await openTab(database, { answer: () => 'one two three', pace: gate.pace });
    const two = await openTab(database);
    const answered = chat(one).send('Count');
    await waitFor(() => expect(chat(two).heads).toHaveLength(1));
    await chat(two).select(chat(two).heads[0]?.id ?? '');
    await waitFor(() => expect(answerAt(two)).toMatchObject({ content: 'one two', status: { kind: 'streaming' } }), {
      timeout: 3000,
    });
    gate.open();
    await answered;
    await waitFor(() => expect(answerAt(two)).toMatchObject({ content: 'one two three', status: { kind: 'done' } }));
  });

  test('a conversation that is deleted in one tab closes in the other, which writes nothing more', async () => {
    const database = newDatabase();
    const one = await openTab(database, { answer: () => 'one two three', pace: createGate(2).pace });
    const two = await openTab(database);
    void chat(one).send('Count');
    await waitFor(() => expect(chat(two).heads).toHaveLength(1));
    await chat(two).remove(chat(two).heads[0]?.id ?? '');
    await waitFor(() => expect(chat(one)).toMatchObject({ current: null, heads: [], answeringIn: null }));
    closeTabs();
    expect(chat(await openTab(database)).heads).toEqual([]);
  });
});
