import { expect, test } from 'vitest';
import { parseCommandLine } from './arguments.ts';

const routingOf = (...args: readonly string[]): unknown =>
  parseCommandLine(['--model', 'm.gguf', '--prompt', 'x', ...args]).request.routing;

test('experts are muted, boosted and counted', () => {
  expect(routingOf()).toBeUndefined();
  expect(routingOf('--mute', '1:0, 12:63', '--boost', '3:4=-0.5', '--experts-used', '6')).toEqual({
    mute: [
      { layer: 1, expert: 0 },
      { layer: 12, expert: 63 },
    ],
    boost: [{ layer: 3, expert: 4, amount: -0.5 }],
    expertsUsed: 6,
  });
});

test.each([
  [['--mute', '0'], /LAYER:EXPERT.*"0".*blk\.N/],
  [['--mute', '0:1,'], /LAYER:EXPERT.*""/],
  [['--mute', ''], /LAYER:EXPERT/],
  [['--mute=-1:1'], /LAYER:EXPERT/],
  [['--mute', '1.5:1'], /LAYER:EXPERT/],
  [['--mute', 'NaN:1'], /LAYER:EXPERT/],
  [['--boost', '0:1=NaN'], /AMOUNT.*"0:1=NaN"/],
  [['--boost', '0:1'], /AMOUNT/],
  [['--boost', '0:1='], /AMOUNT/],
  [['--boost', '0:1=1=2'], /AMOUNT/],
  [['--experts-used', 'many'], /wants a number/],
])('%s is refused in words', (args, message) => {
  expect(() => routingOf(...args)).toThrow(message);
});
