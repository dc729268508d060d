import { describe, expect, test } from 'vitest';
import { ScriptedBackend } from '../testing/scripted-backend.ts';
import { answerRequest } from './http.ts';
import { ApiService } from './service.ts';

interface Told {
  readonly status: number;
  readonly error: { readonly param?: string; readonly message?: string };
  readonly asked: unknown;
}

async function ask(routing: unknown, path = '/v1/chat/completions'): Promise<Told> {
  const backend = new ScriptedBackend({ says: [{ text: 'Yes' }] });
  const prompt = path.endsWith('chat/completions')
    ? { messages: [{ role: 'user', content: 'Hello?' }] }
    : { prompt: 'Hello?' };
  const response = await answerRequest(
    new ApiService(backend),
    new Request(`https://example.org${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...prompt, routing }),
    }),
  );
  const { error = {} } = (await response.json()) as Partial<Pick<Told, 'error'>>;
  return { status: response.status, error, asked: backend.requests[0]?.routing };
}

describe('routing in a request', () => {
  test.each(['/v1/chat/completions', '/v1/completions'])('reaches the engine (%s)', async (path) => {
    const given = {
      mute: [{ layer: 1, expert: 0 }],
      boost: [{ layer: 2, expert: 31, amount: -0.5 }],
      only: [{ layer: 3, experts: [0, 1, 2, 3] }],
      experts_used: 6,
    };
    const { experts_used: expertsUsed, ...rest } = given;
    expect(await ask(given, path)).toMatchObject({ status: 200, asked: { ...rest, expertsUsed } });
  });

  test.each([null, {}, { mute: [], boost: null, only: [], experts_used: null }])(
    '%j asks for nothing, and nothing is asked of the engine',
    async (routing) => {
      expect(await ask(routing)).toEqual({ status: 200, error: {}, asked: undefined });
    },
  );

  test.each([
    ['mute', 'routing'],
    [{ mut: [] }, 'routing.mut'],
    [{ mute: [{ layer: 1 }] }, 'routing.mute[0].expert'],
    [{ mute: [{ layer: -1, expert: 0 }] }, 'routing.mute[0].layer'],
    [{ mute: [{ layer: 1, expert: 1.5 }] }, 'routing.mute[0].expert'],
    [{ mute: [{ layer: 1, expert: '3' }] }, 'routing.mute[0].expert'],
    [{ mute: [{ layer: 1, expert: 0, amount: 1 }] }, 'routing.mute[0].amount'],
    [{ boost: [{ layer: 1, expert: 0 }] }, 'routing.boost[0].amount'],
    [{ boost: [{ layer: 1, expert: 0, amount: 1e7 }] }, 'routing.boost[0].amount'],
    [{ only: [{ layer: 1, experts: [] }] }, 'routing.only[0].experts'],
    [{ experts_used: 0 }, 'routing.experts_used'],
    [{ expertsUsed: 4 }, 'routing.expertsUsed'],
    [{ mute: Array.from({ length: 65_537 }, () => ({ layer: 0, expert: 0 })) }, 'routing.mute'],
    [
      { only: Array.from({ length: 9 }, (_, layer) => ({ layer, experts: Array.from({ length: 9_000 }, () => 1) })) },
      'routing.only',
    ],
  ])('what is wrong is refused by name (%#)', async (routing, param) => {
    const { status, error, asked } = await ask(routing);
    expect(status).toBe(400);
    expect(error.param).toBe(param);
    expect(error.message?.length).toBeLessThan(1_500);
    expect(asked).toBeUndefined();
  });
});
