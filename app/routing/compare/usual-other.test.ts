import { expect, test } from 'vitest';
import type { PastAnswer } from '../../state/chat-state.ts';
import { usualOther } from './usual-other.ts';

function past(messageId: string, createdAt: number, experts: number | null): PastAnswer {
  const routing = experts === null ? null : { layers: [1], experts, used: 1, texts: ['x'], count: 1 };
  return {
    ...{ messageId, createdAt, question: 'Why?', model: 'm', host: null, content: 'x', reasoning: null },
    routing: routing && { ...routing, chosen: Uint16Array.of(0), weights: Float32Array.of(1) },
  };
}

const [old, before, own, after] = [past('old', 1, 8), past('before', 2, 8), past('own', 3, 8), past('after', 4, 8)];

test('the answer before is taken, else the one after', () => {
  expect(usualOther([old, before, own, after], own)?.messageId).toBe('before');
  expect(usualOther([own, after], own)?.messageId).toBe('after');
  expect(usualOther([own], own)).toBeNull();
});

test('one whose experts can be compared goes before one that is nearer', () => {
  expect(usualOther([old, past('other model', 2, 16), own], own)?.messageId).toBe('old');
  expect(usualOther([past('no routing', 2, null), own, after], own)?.messageId).toBe('after');
  expect(usualOther([past('no routing', 2, null), own], own)?.messageId).toBe('no routing');
});
