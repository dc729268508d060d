import 'fake-indexeddb/auto';
import { beforeEach, expect, test, vi } from 'vitest';
import {
  keepShare,
  MAX_SHARED_BYTES,
  MAX_SHARED_FILES,
  MAX_SHARED_TEXT,
  takeShare,
  textOfShare,
} from './share-record.ts';
import { isShare, receiveShare } from './worker/receive-share.ts';

const SCOPE = 'https://host.example/mixtab/';
beforeEach(() => vi.restoreAllMocks());

function formOf(fields: Readonly<Record<string, string>>, files: readonly File[] = []): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const file of files) form.append('files', file);
  return form;
}

const post = (body: BodyInit): Request => new Request(`${SCOPE}?share`, { method: 'POST', body });

/** What the page is sent to, and finds there. */
async function shared(body: BodyInit) {
  const response = await receiveShare(post(body), SCOPE);
  expect(response.status).toBe(303);
  const to = new URL(response.headers.get('location') ?? '');
  expect(to.href.startsWith(SCOPE)).toBe(true);
  const key = to.searchParams.get('shared') ?? '';
  return { key, share: await takeShare(key) };
}

test('only a form that is sent to the page itself is a share', () => {
  expect(isShare({ method: 'POST', url: `${SCOPE}?share` }, SCOPE)).toBe(true);
  expect(isShare({ method: 'GET', url: `${SCOPE}?share` }, SCOPE)).toBe(false);
  expect(isShare({ method: 'POST', url: SCOPE }, SCOPE)).toBe(false);
  expect(isShare({ method: 'POST', url: `${SCOPE}models/?share` }, SCOPE)).toBe(false);
  expect(isShare({ method: 'POST', url: 'https://host.example/?share' }, SCOPE)).toBe(false);
});

test('text, address and files arrive, once', async () => {
  const file = new File(['Some notes'], 'notes.txt', { type: 'text/plain' });
  const { key, share } = await shared(formOf({ title: 'T', text: 'Read this', url: 'https://a.example/' }, [file]));
  expect(share).toMatchObject({ title: 'T', text: 'Read this', url: 'https://a.example/' });
  expect(share?.files.map(({ name }) => name)).toEqual(['notes.txt']);
  expect(await share?.files[0]?.text()).toBe('Some notes');
  expect(await takeShare(key)).toBeNull();
});

test('nothing of any field is needed, and fields that are no texts are none', async () => {
  expect((await shared(formOf({}))).share).toMatchObject({ title: '', text: '', url: '', files: [] });
  const form = formOf({});
  form.append('text', new File(['x'], 'x.txt'));
  expect((await shared(form)).share).toMatchObject({ text: '' });
});

test('what is too long, too large or too much is bounded', async () => {
  const { share } = await shared(formOf({ text: 'x'.repeat(MAX_SHARED_TEXT + 1) }));
  expect(share?.text).toHaveLength(MAX_SHARED_TEXT);
  const large = new File([new Uint8Array(MAX_SHARED_BYTES)], 'large.txt');
  expect((await shared(formOf({}, [large]))).key).toBe('too-large');
  const many = Array.from({ length: MAX_SHARED_FILES + 1 }, (_, index) => new File(['x'], `${index}.txt`));
  expect((await shared(formOf({}, many))).key).toBe('too-large');
});

test('what is no form, and a store that is refused, are told', async () => {
  expect((await shared('no form')).key).toBe('failed');
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  expect((await shared(formOf({ text: 'x' }))).key).toBe('failed');
});

test('what nobody fetched does not pile up', async () => {
  const share = { title: '', text: 'x', url: '', files: [] };
  const ids: string[] = [];
  for (let at = 1; at <= 8; at++) ids.push(await keepShare(share, Date.now() + at));
  const found = await Promise.all(ids.map(takeShare));
  expect(found.filter((one) => one !== null)).toHaveLength(5);
  const old = await keepShare(share, Date.now() - 2 * 24 * 60 * 60 * 1000);
  await keepShare(share);
  expect(await takeShare(old)).toBeNull();
});

test('a draft says nothing twice', () => {
  const url = 'https://a.example/';
  expect(textOfShare({ title: '', text: 'Look', url: '' })).toBe('Look');
  expect(textOfShare({ title: 'A page', text: '', url })).toBe(`A page\n\n${url}`);
  expect(textOfShare({ title: 'A page', text: `A page ${url}`, url })).toBe(`A page ${url}`);
  expect(textOfShare({ title: 'A page', text: 'words', url })).toBe(`A page\n\nwords\n\n${url}`);
});
