/** The form that another program sends to a shared page (`share_target` in `tools/web-manifest.ts`), in the service worker. */
import { keepShare, MAX_SHARED_BYTES, MAX_SHARED_FILES, MAX_SHARED_TEXT, type Share } from '../share-record.ts';

/** Whether a request is such a form. `scope`: of the service worker. */
export function isShare({ method, url }: Pick<Request, 'method' | 'url'>, scope: string): boolean {
  const address = new URL(url);
  return method === 'POST' && address.pathname === new URL(scope).pathname && address.searchParams.has('share');
}

/** Answers with the way to the page, which takes what was shared (`../launch.ts`); never rejects. */
export async function receiveShare(request: Request, scope: string): Promise<Response> {
  const to = new URL(scope);
  try {
    to.searchParams.set('shared', await keepShare(await shareOf(request)));
  } catch (error) {
    to.searchParams.set('shared', error instanceof RangeError ? 'too-large' : 'failed');
  }
  return Response.redirect(to.href, 303);
}

/** @throws RangeError where it is too large */
async function shareOf(request: Request): Promise<Share> {
  const form = await boundedForm(request);
  const field = (name: string): string => {
    const value = form.get(name);
    return typeof value === 'string' ? value.slice(0, MAX_SHARED_TEXT) : '';
  };
  const files = form
    .getAll('files')
    .filter((value) => typeof value !== 'string' && (value.size > 0 || value.name !== ''));
  if (files.length > MAX_SHARED_FILES) throw new RangeError('too many files');
  return { title: field('title'), text: field('text'), url: field('url'), files: files as File[] };
}

/** The length that a form says it has may be wrong: what arrives is counted. */
async function boundedForm(request: Request): Promise<FormData> {
  const { body } = request as { readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null };
  if (body === null) return request.formData();
  const reader = body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MAX_SHARED_BYTES) {
      void reader.cancel();
      throw new RangeError('too large');
    }
    pieces.push(value);
  }
  const type = request.headers.get('content-type') ?? '';
  return new Response(new Blob(pieces), { headers: { 'content-type': type } }).formData();
}
