// @vitest-environment happy-dom
import { beforeEach, describe, expect, test } from 'vitest';
import { createDraftStore, draftOf } from './draft-store.ts';

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
