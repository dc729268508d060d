import { describe, expect, test } from 'vitest';
import type { ChatMessage } from '../../engine/api.ts';
import { answer, question } from '../testing/messages.ts';
import { contextWindow, type WindowOptions } from './context-window.ts';
import type { Message } from './conversation.ts';

/** One token a character. */
const count = async (chat: readonly ChatMessage[]): Promise<number> =>
  chat.reduce((sum, { content }) => sum + content.length, 0);

/** Each exchange takes 20 tokens: 10 of the question, 10 of the answer. The last question has none. */
function conversation(exchanges: number): Message[] {
  const path: Message[] = [];
  for (let index = 0; index < exchanges; index++) {
    path.push(question(`q${index}`, path.at(-1)?.id ?? null, 2 * index, 'q'.repeat(10)));
    path.push(answer(`a${index}`, `q${index}`, 2 * index + 1, 'a'.repeat(10)));
  }
  path.pop();
  return path;
}

const options = (change: Partial<WindowOptions> = {}): WindowOptions => ({
  systemPrompt: 'sys!!',
  contextLength: 200,
  maxTokens: 40,
  cut: null,
  count,
  // Off by a tenth, and without the system prompt.
  estimate: async ({ content }) => content.length * 1.1,
  ...change,
});

describe('the context window', () => {
  test('has all of a conversation that fits with room for the answer', async () => {
    const path = conversation(8); // 5 + 7 * 20 + 10 = 155, of 200 - 40
    const window = await contextWindow(path, options());
    expect(window).toMatchObject({ used: 155, leftOut: 0, cut: null });
  });

  test('leaves out whole exchanges, oldest first, and keeps the system prompt and the last question', async () => {
    const path = conversation(9); // 175: too much
    const { chat, used, leftOut, cut } = await contextWindow(path, options());
    expect(leftOut % 2).toBe(0);
    expect(chat[0]).toEqual({ role: 'system', content: 'sys!!' });
    expect(chat[1]?.role).toBe('user');
    expect(chat.at(-1)).toEqual({ role: 'user', content: 'q'.repeat(10) });
    expect(path[leftOut]?.id).toBe(cut);
    expect(used).toBe(await count(chat));
    // A quarter of the context is freed at once: 160 - 50.
    expect(used).toBeLessThanOrEqual(110);
    expect(used + 20).toBeGreaterThan(110);
  });

  test('keeps its cut while that is enough, so that the beginning of the prompt stays the same', async () => {
    const cuts: (string | null)[] = [];
    let cut: string | null = null;
    for (let exchanges = 1; exchanges <= 40; exchanges++) {
      const window = await contextWindow(conversation(exchanges), options({ cut }));
      expect(window.used).toBeLessThanOrEqual(160);
      cut = window.cut;
      cuts.push(cut);
    }
    const changes = cuts.filter((one, index) => index > 0 && one !== cuts[index - 1]).length;
    expect(changes).toBeGreaterThan(5);
    expect(changes).toBeLessThanOrEqual(17); // not one a turn
  });

  test('a cut of another branch does not hold', async () => {
    const window = await contextWindow(conversation(4), options({ cut: 'elsewhere' }));
    expect(window.leftOut).toBe(0);
  });

  test('a long answer limit reserves a quarter of the context at most', async () => {
    const window = await contextWindow(conversation(8), options({ maxTokens: 100_000 }));
    expect(window.used).toBeLessThanOrEqual(150);
    expect(window.leftOut).toBeGreaterThan(0);
  });

  test('a last question that is too long is sent alone, for the engine to refuse', async () => {
    const path = [...conversation(3), answer('a', 'q2', 8), question('long', 'a', 9, 'x'.repeat(500))];
    const window = await contextWindow(path, options());
    expect(window.chat.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(window.used).toBe(505);
    expect(window.leftOut).toBe(path.length - 1);
  });

  test('an answer that came to nothing does not part its question from the next', async () => {
    const path = [...conversation(8), answer('empty', 'q7', 18, ''), question('again', 'empty', 19, 'q'.repeat(300))];
    const { chat } = await contextWindow(path, options());
    expect(chat.at(-1)?.content).toBe(`${'q'.repeat(10)}\n\n${'q'.repeat(300)}`);
  });

  test('counts a long conversation a few times only', async () => {
    let counts = 0;
    await contextWindow(
      conversation(1000),
      options({
        count: (chat) => {
          counts++;
          return count(chat);
        },
      }),
    );
    expect(counts).toBeLessThan(10);
  });

  test('asks for no message that the context does not reach', async () => {
    const asked = new Set<string>();
    let longest = 0;
    const path = conversation(1000);
    await contextWindow(
      path,
      options({
        estimate: async ({ id, content }) => {
          asked.add(id);
          return content.length;
        },
        count: (chat) => {
          longest = Math.max(longest, chat.length);
          return count(chat);
        },
      }),
    );
    expect(asked.size).toBeLessThan(25);
    expect(longest).toBeLessThan(30);
  });

  test.each([0.2, 0.7, 1, 1.5, 4])('is the same, however wrong the guess (times %d)', async (factor) => {
    const at = async (exchanges: number, cut: string | null): Promise<unknown> => {
      const estimate = async ({ content }: Message): Promise<number> => content.length * factor;
      const { leftOut, used } = await contextWindow(conversation(exchanges), options({ cut, estimate }));
      return { leftOut, used };
    };
    expect(await at(8, null)).toEqual({ leftOut: 0, used: 155 });
    expect(await at(9, null)).toEqual({ leftOut: 8, used: 95 });
    expect(await at(40, null)).toEqual({ leftOut: 70, used: 95 });
    expect(await at(42, 'q35')).toEqual({ leftOut: 70, used: 135 });
    expect(await at(44, 'q35')).toEqual({ leftOut: 78, used: 95 });
  });
});
