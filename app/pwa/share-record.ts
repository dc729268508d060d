/**
 * What another program shared with Mixtab, on its way from the service worker, which gets it, to the page, which shows it. Any site
 * can send such a form: it is bounded, becomes a draft, and nothing is sent by itself.
 */
import { promisifyRequest } from 'idb-keyval';
import * as v from 'valibot';
import { keyvalStore } from '../../idb/keyval-store.ts';

export interface Share {
  readonly title: string;
  readonly text: string;
  readonly url: string;
  readonly files: readonly File[];
}

/** Characters of a field. */
export const MAX_SHARED_TEXT = 200_000;
export const MAX_SHARED_FILES = 20;
/** Of the whole form: files are texts that a model is to read. */
export const MAX_SHARED_BYTES = 20_000_000;

/** Shares that no page came to fetch. */
const MAX_WAITING = 5;
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

const Field = v.pipe(v.string(), v.maxLength(MAX_SHARED_TEXT));
const Waiting = v.object({
  at: v.number(),
  title: Field,
  text: Field,
  url: Field,
  // As bytes: not every browser stores files.
  files: v.pipe(
    v.array(v.object({ name: v.string(), type: v.string(), data: v.instance(ArrayBuffer) })),
    v.maxLength(MAX_SHARED_FILES),
  ),
});

const store = keyvalStore('mixtab-shared', 'shared');

/** @returns the key for {@link takeShare} */
export async function keepShare(share: Share, now = Date.now()): Promise<string> {
  const id = crypto.randomUUID();
  const files = await Promise.all(
    share.files.map(async (file) => ({ name: file.name, type: file.type, data: await file.arrayBuffer() })),
  );
  await store('readwrite', async (objects) => {
    const [keys, records] = await Promise.all([
      promisifyRequest(objects.getAllKeys()),
      promisifyRequest<unknown[]>(objects.getAll()),
    ]);
    const waiting = keys
      .map((key, index) => ({ key, at: v.is(Waiting, records[index]) ? records[index].at : 0 }))
      .sort((a, b) => b.at - a.at);
    waiting.forEach(({ key, at }, index) => {
      if (index >= MAX_WAITING - 1 || now - at > MAX_AGE_MS) objects.delete(key);
    });
    await promisifyRequest(objects.put({ ...share, files, at: now }, id));
  });
  return id;
}

/** Takes it out; null where there is nothing under this key (any more). */
export function takeShare(id: string): Promise<Share | null> {
  return store('readwrite', async (objects) => {
    const record = await promisifyRequest<unknown>(objects.get(id));
    objects.delete(id);
    const parsed = v.safeParse(Waiting, record);
    if (!parsed.success) return null;
    const { title, text, url, files } = parsed.output;
    return { title, text, url, files: files.map(({ name, type, data }) => new File([data], name, { type })) };
  });
}

/** As the beginning of a message: what says nothing new is left out. */
export function textOfShare({ title, text, url }: Pick<Share, 'title' | 'text' | 'url'>): string {
  const parts: string[] = [];
  for (const part of [text, title, url].map((each) => each.trim())) {
    if (part !== '' && !parts.some((other) => other.includes(part))) parts.push(part);
  }
  // The title stands first where it is news.
  return parts.sort((a, b) => Number(b === title.trim()) - Number(a === title.trim())).join('\n\n');
}
