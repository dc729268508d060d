import { type AddressInfo, connect } from 'node:net';
import { request as httpRequest, type Server } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { ApiService } from '../sdk/api/service.ts';
import { ScriptedBackend } from '../sdk/testing/scripted-backend.ts';
import { type ApiServerOptions, createApiServer, isLoopbackName } from './api-server.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(backend = new ScriptedBackend(), options: Partial<ApiServerOptions> = {}): Promise<string> {
  const server = createApiServer(new ApiService(backend), { isLocal: true, ...options });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** As any program may ask, with a Host header that `fetch` would not let through. */
function get(address: string, headers: Record<string, string>, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${address}/v1/models`, { method, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    });
    request.once('error', reject);
    request.end();
  });
}

const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hello?' }], stream: true });
const headers = { 'content-type': 'application/json' };

describe('the API as a server', () => {
  test('answers, in pieces too', async () => {
    const address = await serve(new ScriptedBackend({ says: [{ text: 'Hi' }, { text: '' }] }));
    expect(await (await fetch(`${address}/v1/models`)).json()).toMatchObject({ data: [{ id: 'scripted' }] });
    const response = await fetch(`${address}/v1/chat/completions`, { method: 'POST', headers, body });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = await response.text();
    expect(text).toContain('"content":"Hi"');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  test('who hangs up ends the answer', async () => {
    const backend = new ScriptedBackend({ says: [{ text: 'on ' }], endless: true });
    const address = await serve(backend);
    const stop = new AbortController();
    const response = await fetch(`${address}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body,
      signal: stop.signal,
    });
    await response.body?.getReader().read();
    expect(backend.running).toBe(1);
    stop.abort();
    await expect.poll(() => backend.running, { timeout: 20_000 }).toBe(0);
  });

  test('a body that is too large is refused, whether or not it says so', async () => {
    const address = await serve();
    const large = 'a'.repeat(9 * 1024 * 1024);
    const response = await fetch(`${address}/v1/chat/completions`, { method: 'POST', headers, body: large });
    expect(response.status).toBe(413);
  });

  test.each([
    ['/v1/nothing', 404],
    ['/v1/models', 405],
    ['/v1/completions', 415],
  ])('after a body that nobody read, %s, the connection goes on', async (path, status) => {
    const { hostname, port } = new URL(await serve());
    const socket = connect(Number(port), hostname);
    const length = 1_000_000;
    socket.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n${'a'.repeat(length)}`);
    socket.write('GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n');
    let got = '';
    socket.on('data', (bytes) => (got += bytes.toString()));
    await expect
      .poll(() => [...got.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => Number(code)), { timeout: 20_000 })
      .toEqual([status, 200]);
    socket.destroy();
  });

  test('pages on this machine may ask, others may not', async () => {
    const address = await serve();
    for (const origin of ['http://localhost:5173', 'http://127.0.0.1', 'https://app.localhost', 'http://[::1]:80'])
      expect(await get(address, { origin })).toMatchObject({
        status: 200,
        headers: { 'access-control-allow-origin': origin },
      });
    for (const origin of ['https://example.org', 'http://localhost.example.org', 'null', 'file://']) {
      const refused = await get(address, { origin });
      expect(refused.status).toBe(403);
      expect(refused.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test('pages that it was told of may ask', async () => {
    const address = await serve(undefined, { allowedOrigins: ['https://example.org'] });
    expect((await get(address, { origin: 'https://example.org' })).status).toBe(200);
    expect((await get(address, { origin: 'https://example.com' })).status).toBe(403);
    const everyone = await serve(undefined, { allowedOrigins: ['*'] });
    expect((await get(everyone, { origin: 'null' })).status).toBe(200);
  });

  test('what a browser asks before', async () => {
    const asks = {
      origin: 'http://localhost:4173',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,x-stainless-os',
      'access-control-request-private-network': 'true',
    };
    expect(await get(await serve(), asks, 'OPTIONS')).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'http://localhost:4173',
        'access-control-allow-headers': 'authorization,x-stainless-os',
        'access-control-allow-private-network': 'true',
      },
    });
  });

  test('a foreign name for this machine is refused, unless the server is for others too', async () => {
    expect((await get(await serve(), { host: 'rebound.example.org' })).status).toBe(403);
    expect((await get(await serve(), { host: 'localhost:99' })).status).toBe(200);
    expect((await get(await serve(undefined, { isLocal: false }), { host: 'gpu.example.org' })).status).toBe(200);
  });
});

test('names of this machine', () => {
  for (const name of ['localhost', 'a.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])
    expect(isLoopbackName(name)).toBe(true);
  for (const name of ['', '0.0.0.0', '::', 'localhost.example', '127.0.0.1.example', '192.168.0.1'])
    expect(isLoopbackName(name)).toBe(false);
});
