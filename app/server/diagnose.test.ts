// @vitest-environment happy-dom
import '../i18n/i18n.ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { diagnose, type Surroundings } from './diagnose.ts';
import { MODEL_LISTS } from './testing/recorded.ts';

const HTTP: Surroundings = {
  page: { protocol: 'http:' },
  isOnline: () => true,
  asksForLocalNetwork: () => false,
  permission: async () => null,
};
const HTTPS: Surroundings = { ...HTTP, page: { protocol: 'https:' } };

const target = (url: string): { url: string; key: null } => ({ url, key: null });

let asked: string[] = [];

/** `cors`: of a request whose answer would be read; `opaque`: of one whose answer would not. */
function network(cors: Response | Error, opaque: Response | Error = new TypeError('Failed to fetch')): void {
  asked = [];
  vi.stubGlobal('fetch', async (url: string, { mode }: RequestInit) => {
    asked.push(`${mode ?? 'cors'} ${url}`);
    const reply = mode === 'no-cors' ? opaque : cors;
    if (reply instanceof Error) throw reply;
    return reply;
  });
}

const json = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status });

afterEach(() => vi.unstubAllGlobals());

describe('a server that can be asked', () => {
  test.each(Object.entries(MODEL_LISTS))('%s is known by its list', async (kind, list) => {
    network(json(list));
    const { data } = list;
    const result = await diagnose(target('http://localhost:8000/v1'), HTTP);
    expect(result).toMatchObject({ kind: 'ok', found: { kind } });
    if (result.kind === 'ok') expect(result.found.models.map(({ id }) => id)).toEqual(data.map(({ id }) => id));
  });

  test('tells how much its models read, where it does', async () => {
    network(json(MODEL_LISTS.vllm));
    expect(await diagnose(target('http://localhost:8000/v1'), HTTP)).toMatchObject({
      found: { models: [{ contextLength: 40_960 }] },
    });
    // What was reserved counts, not what the model was trained for.
    network(json(MODEL_LISTS['llama-server']));
    expect(await diagnose(target('http://localhost:8080/v1'), HTTP)).toMatchObject({
      found: { models: [{ contextLength: 8192 }] },
    });
  });

  test('may list nonsense among its models', async () => {
    network(
      json({ data: [null, 7, { id: '' }, { id: 'a', max_model_len: -1 }, { id: 'a' }, { id: 'x'.repeat(501) }] }),
    );
    expect(await diagnose(target('http://localhost:1/v1'), HTTP)).toMatchObject({
      found: { kind: 'other', models: [{ id: 'a', contextLength: null }] },
    });
  });
});

describe('what stands between', () => {
  test('nothing is there: neither kind of request gets an answer', async () => {
    network(new TypeError('Failed to fetch'));
    expect(await diagnose(target('http://localhost:8000/v1'), HTTP)).toEqual({
      ...{ kind: 'unreachable', detail: 'Failed to fetch' },
    });
    expect(asked).toEqual(['cors http://localhost:8000/v1/models', 'no-cors http://localhost:8000/v1/models']);
  });

  test('CORS: an answer is there, and may not be read', async () => {
    network(new TypeError('Failed to fetch'), new Response(''));
    expect((await diagnose(target('http://localhost:11434/v1'), HTTP)).kind).toBe('cors');
  });

  test('mixed content: an encrypted page asks no other machine without encryption, and does not try', async () => {
    network(json(MODEL_LISTS.vllm));
    for (const url of ['http://192.168.1.5:8000/v1', 'http://gpu.example.org/v1'])
      expect((await diagnose(target(url), HTTPS)).kind).toBe('mixed');
    expect(asked).toEqual([]);
    for (const url of ['http://localhost:8000/v1', 'http://127.0.0.1:8000/v1', 'https://gpu.example.org/v1']) {
      network(json(MODEL_LISTS.vllm));
      expect((await diagnose(target(url), HTTPS)).kind).toBe('ok');
    }
  });

  test('mixed content within the own network is a matter of permission, where the browser asks for one', async () => {
    const chrome = { ...HTTPS, asksForLocalNetwork: () => true };
    network(json(MODEL_LISTS.vllm));
    expect((await diagnose(target('http://192.168.1.5:8000/v1'), chrome)).kind).toBe('ok');
    network(new TypeError('Failed to fetch'));
    expect((await diagnose(target('http://192.168.1.5:8000/v1'), chrome)).kind).toBe('mixed');
    expect((await diagnose(target('http://gpu.example.org/v1'), chrome)).kind).toBe('mixed');
  });

  test('local network permission: refused before, or when the browser asks', async () => {
    network(json(MODEL_LISTS.vllm));
    const refused = { ...HTTPS, permission: async () => 'denied' as const };
    expect((await diagnose(target('http://localhost:8000/v1'), refused)).kind).toBe('permission');
    expect(asked).toEqual([]);
    network(new TypeError('Failed to fetch'));
    const states = ['prompt', 'denied'] as const;
    let turn = 0;
    const asking = { ...HTTPS, permission: async () => states[turn++] ?? 'denied' };
    expect((await diagnose(target('http://localhost:8000/v1'), asking)).kind).toBe('permission');
    // Of public addresses nobody asks.
    expect((await diagnose(target('https://gpu.example.org/v1'), refused)).kind).toBe('unreachable');
  });

  test('no network: of other machines it is known at once', async () => {
    network(json(MODEL_LISTS.vllm));
    const offline = { ...HTTP, isOnline: () => false };
    expect((await diagnose(target('https://gpu.example.org/v1'), offline)).kind).toBe('offline');
    expect((await diagnose(target('http://localhost:8000/v1'), offline)).kind).toBe('ok');
  });

  test('the content security policy of whoever hosts the page', async () => {
    vi.stubGlobal('fetch', async () => {
      const event = Object.assign(new Event('securitypolicyviolation'), {
        effectiveDirective: 'connect-src',
        blockedURI: 'http://localhost:8000/v1/models',
      });
      document.dispatchEvent(event);
      throw new TypeError('Failed to fetch');
    });
    expect((await diagnose(target('http://localhost:8000/v1'), HTTP)).kind).toBe('policy');
  });

  test.each([
    [json({ error: 'no' }, 401), 'key'],
    [json({}, 403), 'key'],
    [json({ detail: 'Not Found' }, 404), 'not-api'],
    [new Response('<html>'), 'not-api'],
    [json({ models: [] }), 'not-api'],
    [json('', 503), 'failed'],
    [json('', 500), 'failed'],
    [new Response(null, { status: 302, headers: { location: 'https://elsewhere.example' } }), 'redirect'],
  ])('what the server says itself: %#', async (reply, kind) => {
    network(reply, new Response(''));
    expect((await diagnose(target('http://localhost:8000/v1'), HTTP)).kind).toBe(kind);
    expect(asked).toHaveLength(1);
  });

  test('what repeats the request tells the key to nobody', async () => {
    network(json({ headers: { Authorization: 'Bearer sk-secret' } }), new Response(''));
    const result = await diagnose({ url: 'http://localhost:8000/v1', key: 'sk-secret' }, HTTP);
    expect(result).toMatchObject({ kind: 'not-api', detail: expect.stringContaining('Bearer •••') as string });
  });
});
