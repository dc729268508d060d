// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { waitFor } from '@testing-library/react';
import { beforeEach, describe, expect, test } from 'vitest';
import { installStorageFaults } from '../testing/storage-faults.ts';
import { createDraftStore, type Draft, draftOf, type DraftStore } from './draft-store.ts';

beforeEach(() => localStorage.clear());

const file = (name: string, text: string): File => new File([text], name);

describe('drafts', () => {
  test('belong to their conversation and outlive a reload, until they are sent', () => {
    const before = createDraftStore().getState();
    before.setText('a', 'for a');
    before.setText('b', 'for b');
    const after = createDraftStore();
    expect(draftOf(after.getState(), 'a').text).toBe('for a');
    expect(draftOf(after.getState(), 'c').text).toBe('');
    after.getState().clear('a');
    expect(draftOf(createDraftStore().getState(), 'a').text).toBe('');
    expect(draftOf(createDraftStore().getState(), 'b').text).toBe('for b');
  });

  test('two tabs do not take away from each other', () => {
    const [one, other] = [createDraftStore().getState(), createDraftStore().getState()];
    one.setText('a', 'first');
    other.setText('b', 'second');
    one.setText('a', 'first, longer');
    const { drafts } = createDraftStore().getState();
    expect(drafts.get('a')?.text).toBe('first, longer');
    expect(drafts.get('b')?.text).toBe('second');
  });

  test('what is damaged in storage is left out', () => {
    localStorage.setItem('mixtab-drafts', '{"a":1,"b":"text"}');
    expect([...createDraftStore().getState().drafts.keys()]).toEqual(['b']);
    localStorage.setItem('mixtab-drafts', '{{');
    expect(createDraftStore().getState().drafts).toEqual(new Map());
  });

  test('only the latest thirty are kept', () => {
    const { setText } = createDraftStore().getState();
    for (let index = 0; index < 40; index++) setText(`c${index}`, 'x');
    const { drafts } = createDraftStore().getState();
    expect(drafts.size).toBe(30);
    expect(drafts.get('c39')).toBeTruthy();
  });
});

describe('files and long texts', () => {
  let name = '';
  let databases = 0;
  beforeEach(() => {
    name = `drafts-${++databases}`;
  });

  const opened = async (): Promise<DraftStore> => {
    const store = createDraftStore(name);
    await store.getState().start();
    return store;
  };
  /** What is written is there for the next visit. */
  const expectReopened = async (expected: Draft): Promise<void> => {
    await waitFor(async () => expect(draftOf((await opened()).getState(), 'a')).toMatchObject(expected));
  };

  test('outlive a reload, until they are sent', async () => {
    const store = await opened();
    store.getState().setText('a', 'Look:');
    await store.getState().addFiles('a', [file('x.txt', 'text')]);
    store.getState().addPasted('a', 'LONG', 'Pasted text.txt', 0, 0);
    const [file1, pasted] = draftOf(store.getState(), 'a').attachments;
    await expectReopened({ text: 'Look:', attachments: [file1, pasted].filter((one) => one !== undefined) });
    store.getState().removeAttachment('a', file1?.id ?? '');
    await expectReopened({ text: 'Look:', attachments: [pasted].filter((one) => one !== undefined) });
    expect(store.getState().unkept.size).toBe(0);
    store.getState().clear('a');
    await expectReopened({ text: '', attachments: [] });
  });

  test('a text that is too long for localStorage does too', async () => {
    const store = await opened();
    const text = 'word '.repeat(20_000);
    store.getState().setText('a', text);
    await expectReopened({ text, attachments: [] });
    store.getState().setText('a', 'short');
    await expectReopened({ text: 'short', attachments: [] });
  });

  test('where they are refused, the page knows, until they are kept', async () => {
    const faults = installStorageFaults();
    try {
      const store = await opened();
      faults.choose(() => ({ kind: 'abort', name: 'QuotaExceededError' }));
      await store.getState().addFiles('a', [file('x.txt', 'text')]);
      await waitFor(() => expect([...store.getState().unkept]).toEqual(['a']));
      faults.choose(() => null);
      store.getState().setText('a', 'more');
      await waitFor(() => expect(store.getState().unkept.size).toBe(0));
      const { attachments } = draftOf(store.getState(), 'a');
      await expectReopened({ text: 'more', attachments });
    } finally {
      faults.uninstall();
    }
  });

  test('what was refused is written when the tab hides, and the page knows', async () => {
    const faults = installStorageFaults();
    try {
      const store = await opened();
      faults.choose(() => ({ kind: 'refuse', name: 'QuotaExceededError' }));
      await store.getState().addFiles('a', [file('x.txt', 'text')]);
      await waitFor(() => expect([...store.getState().unkept]).toEqual(['a']));
      faults.choose(() => null);
      document.dispatchEvent(new Event('visibilitychange'));
      await waitFor(() => expect(store.getState().unkept.size).toBe(0));
      await expectReopened({ text: '', attachments: draftOf(store.getState(), 'a').attachments });
    } finally {
      faults.uninstall();
    }
  });

  test('the oldest go where there are too many', async () => {
    const store = await opened();
    for (let index = 0; index < 40; index++) store.getState().addPasted(`c${index}`, 'LONG', 'Pasted text.txt', 0, 0);
    const kept = async (): Promise<number> => {
      const later = (await opened()).getState();
      const drafts = Array.from({ length: 40 }, (_, index) => draftOf(later, `c${index}`));
      return drafts.filter(({ attachments }) => attachments.length > 0).length;
    };
    await waitFor(async () => expect((await opened()).getState().drafts.has('c39')).toBe(true));
    await waitFor(async () => expect(await kept()).toBe(30));
    expect(draftOf((await opened()).getState(), 'c39').attachments).toHaveLength(1);
  });
});

describe('files', () => {
  test('are read, refused with a reason, removed', async () => {
    const store = createDraftStore();
    await store.getState().addFiles('a', [file('x.txt', 'text'), file('y.pdf', 'text')]);
    expect(store.getState().problems).toEqual([{ kind: 'pdf', name: 'y.pdf' }]);
    const [attachment] = draftOf(store.getState(), 'a').attachments;
    expect(attachment?.name).toBe('x.txt');
    store.getState().removeAttachment('a', attachment?.id ?? '');
    expect(draftOf(store.getState(), 'a').attachments).toEqual([]);
    expect(store.getState().reading).toBe(0);
  });

  test('a long paste becomes one, and text again where it was meant to be', () => {
    const store = createDraftStore();
    store.getState().setText('a', 'before after');
    store.getState().addPasted('a', 'LONG', 'Pasted text.txt', 7, 7);
    expect(draftOf(store.getState(), 'a').attachments).toMatchObject([{ name: 'Pasted text.txt', text: 'LONG' }]);
    store.getState().undoPaste();
    expect(draftOf(store.getState(), 'a')).toEqual({ text: 'before LONGafter', attachments: [] });
  });

  test('once the text has changed, the place of a paste is forgotten', () => {
    const store = createDraftStore();
    store.getState().addPasted('a', 'LONG', 'Pasted text.txt', 0, 0);
    store.getState().setText('a', 'more');
    store.getState().undoPaste();
    expect(draftOf(store.getState(), 'a')).toMatchObject({ text: 'more', attachments: [{ text: 'LONG' }] });
  });
});
