import { expect, test } from 'vitest';
import { answer } from '../testing/messages.ts';
import { ReasoningClock } from './reasoning-clock.ts';

const EMPTY = { content: '', reasoningMs: null, status: { kind: 'waiting' } } as const;

function read(clock: ReasoningClock, pieces: readonly string[], before = ''): void {
  let content = before;
  pieces.forEach((piece, index) => {
    content += piece;
    clock.read(content, piece.length, 1000 + 100 * index);
  });
}

test('measures from the first token to the closing tag, also where that comes in pieces', () => {
  const clock = new ReasoningClock(EMPTY);
  read(clock, ['<think>', 'Hm', '</th', 'ink', '>', 'Five', '</think>']);
  expect(clock.ms).toBe(400);
});

test('has nothing to say of an answer without reasoning, or with one that is not over', () => {
  const plain = new ReasoningClock(EMPTY);
  read(plain, ['Five', '.']);
  expect(plain.ms).toBeNull();
  const open = new ReasoningClock(EMPTY);
  read(open, ['<think>', 'Hm']);
  expect(open.ms).toBeNull();
});

test('an answer that goes on keeps its time, or adds to it', () => {
  const over = new ReasoningClock({ ...answer('a', null, 0, '<think>Hm</think>Fi'), reasoningMs: 70 });
  read(over, ['ve</think>'], '<think>Hm</think>Fi');
  expect(over.ms).toBe(70);
  const before = answer('a', null, 0, '<think>Hm'); // 1 ms of decoding
  const open = new ReasoningClock(before);
  read(open, [', five', '</think>'], before.content);
  expect(open.ms).toBe(101);
});
