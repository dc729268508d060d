// The real hub client against a hub of the test's own.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createHub, type Hub, hubDigests } from './hub.ts';

const DIGEST = 'ab'.repeat(32);
let server: Server | undefined;
afterEach(() => server?.close());

async function hubThat(answer: RequestListener): Promise<{ hub: Hub; url: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { hub: createHub({ hubUrl: url, isOnline: () => true }), url, asked };
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

test('lists the files of all pages, with the digests of large ones', async () => {
  let url = '';
  const {
    hub,
    asked,
    url: base,
  } = await hubThat((request, response) => {
    if (request.url?.includes('cursor') === true) {
      json([{ type: 'file', path: 'b.gguf', size: 9, oid: 'x' }])(request, response);
    } else {
      const first = [
        { type: 'directory', path: 'sub', size: 0 },
        { type: 'file', path: 'sub/a.gguf', size: 130, oid: 'x', lfs: { oid: DIGEST, size: 7e9, pointerSize: 130 } },
      ];
      json(first, 200, { link: `<${url}/api/models/o/n/tree/main?cursor=2>; rel="next"` })(request, response);
    }
  });
  url = base;
  expect(await hub.listFiles('o/n', 'main')).toEqual([
    { path: 'sub/a.gguf', bytes: 7e9, sha256: DIGEST },
    { path: 'b.gguf', bytes: 9, sha256: null },
  ]);
  expect(asked[0]).toBe('/api/models/o/n/tree/main?recursive=true&expand=false');
  expect(asked).toHaveLength(2);
});

test.each([
  [404, 'not-found'],
  [401, 'not-found'],
  [403, 'gated'],
  [429, 'rate-limit'],
  [503, 'down'],
])('HTTP %i is told apart: %s', async (status, kind) => {
  const { hub } = await hubThat(json({ error: 'no' }, status));
  await expect(hub.listFiles('o/n', 'main')).rejects.toMatchObject({ name: 'HubProblem', kind });
});

test('a hub that cannot be reached, and a browser that is offline', async () => {
  const fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  await expect(createHub({ fetch, isOnline: () => true }).listFiles('o/n', 'main')).rejects.toMatchObject({
    kind: 'unreachable',
  });
  await expect(createHub({ fetch, isOnline: () => false }).listFiles('o/n', 'main')).rejects.toMatchObject({
    kind: 'offline',
  });
});

test('digests of all parts of a split file, in their order', async () => {
  const files = [2, 1].map((part) => ({
    path: `m-0000${part}-of-00003.gguf`,
    bytes: 1,
    sha256: String(part).repeat(64),
  }));
  const hub: Hub = { listFiles: async () => files };
  const url = 'https://huggingface.co/o/n/resolve/main/m-00001-of-00003.gguf';
  expect(await hubDigests(hub, url)).toEqual(['1'.repeat(64), '2'.repeat(64), null]);
  expect(await hubDigests(hub, 'https://example.org/m.gguf')).toEqual([]);
});
