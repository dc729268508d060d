// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { useStickToBottom } from './use-stick-to-bottom.ts';

/** Of the box; its content has the height that `layout` says. */
const HEIGHT = 400;
const layout = { content: 1000 };
let resized = (): void => undefined;

beforeEach(() => {
  layout.content = 1000;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function Box() {
  const { scroller, content, isAtBottom, scrollToBottom, release } = useStickToBottom(true);
  return (
    <>
      <div
        data-testid="box"
        tabIndex={-1}
        ref={(box) => {
          scroller.current = box;
          if (box !== null) lay(box);
        }}
      >
        <div ref={content}>
          <input aria-label="field" />
          <button type="button">inside</button>
        </div>
      </div>
      <button type="button" onClick={scrollToBottom}>
        to the end
      </button>
      <button type="button" onClick={release}>
        release
      </button>
      <output>{isAtBottom ? 'at the end' : 'elsewhere'}</output>
    </>
  );
}

/** A scroller as a browser has it: positions stay within the content, and each change is told. */
function lay(box: HTMLElement): void {
  if (Object.hasOwn(box, 'scrollTop')) return;
  let top = 0;
  Object.defineProperties(box, {
    clientHeight: { get: () => HEIGHT },
    scrollHeight: { get: () => layout.content },
    scrollTop: {
      get: () => top,
      set: (value: number) => {
        top = Math.max(0, Math.min(layout.content - HEIGHT, value));
        box.dispatchEvent(new Event('scroll'));
      },
    },
  });
}

const box = (): HTMLElement => screen.getByTestId('box');
const distance = (): number => layout.content - HEIGHT - box().scrollTop;
const grow = (by = 100): void =>
  act(() => {
    layout.content += by;
    resized();
  });
const wheel = (deltaY: number): void =>
  act(() => {
    fireEvent.wheel(box(), { deltaY });
    box().scrollTop += deltaY;
  });
const finger = (...ys: readonly number[]): void =>
  act(() => {
    const touch = (clientY: number): object => ({ touches: [{ clientY }] });
    fireEvent.touchStart(box(), touch(ys[0] ?? 0));
    for (const y of ys.slice(1)) fireEvent.touchMove(box(), touch(y));
  });
const isHeld = (): boolean => {
  grow();
  return distance() === 0;
};

beforeEach(() => {
  render(<Box />);
  act(() => screen.getByText('to the end').click());
});

test('the end is held while the content grows', () => {
  expect(isHeld()).toBe(true);
  expect(isHeld()).toBe(true);
});

describe('lets go at once', () => {
  test.each([-1, -4, -300])('a wheel that turns up by %i', (deltaY) => {
    wheel(deltaY);
    expect(isHeld()).toBe(false);
    expect(isHeld()).toBe(false);
  });

  test('a finger that pulls down, and not one that rests', () => {
    finger(100, 102);
    expect(isHeld()).toBe(true);
    finger(100, 110);
    expect(isHeld()).toBe(false);
  });

  test.each([
    ['PageUp', {}],
    ['ArrowUp', {}],
    ['Home', {}],
    [' ', { shiftKey: true }],
  ])('%j', (key, held) => {
    act(() => void fireEvent.keyDown(box(), { key, ...held }));
    expect(isHeld()).toBe(false);
  });

  test('a key where nothing has the focus', () => {
    act(() => void fireEvent.keyDown(document.body, { key: 'PageUp' }));
    expect(isHeld()).toBe(false);
  });

  test('what takes the reader elsewhere', () => {
    act(() => screen.getByText('release').click());
    expect(isHeld()).toBe(false);
  });
});

test.each([
  ['in a field', () => fireEvent.keyDown(screen.getByLabelText('field'), { key: 'ArrowUp' })],
  ['outside', () => fireEvent.keyDown(screen.getByText('to the end'), { key: 'Home' })],
  ['that presses a button', () => fireEvent.keyDown(screen.getByText('inside'), { key: ' ', shiftKey: true })],
  ['of an input method', () => fireEvent.keyDown(box(), { key: 'ArrowUp', keyCode: 229 })],
  ['down', () => fireEvent.keyDown(box(), { key: 'PageDown' })],
])('a key %s does not let go', (_name, press) => {
  act(() => void press());
  expect(isHeld()).toBe(true);
});

describe('holds again', () => {
  test('at the end, to which the reader came back, and not near it', () => {
    wheel(-300);
    wheel(270);
    expect(screen.getByText('at the end')).toBeTruthy(); // near enough to see it
    expect(isHeld()).toBe(false);
    wheel(distance());
    expect(isHeld()).toBe(true);
  });

  test('at the end as the reader saw it: meanwhile more was written', () => {
    wheel(-100);
    layout.content += 40; // the page hears of it after the wheel
    wheel(100);
    expect(isHeld()).toBe(true);
  });

  test('by its button', () => {
    wheel(-300);
    expect(screen.getByText('elsewhere')).toBeTruthy();
    act(() => screen.getByText('to the end').click());
    expect(isHeld()).toBe(true);
  });

  test('not where the page itself moved to the end', () => {
    act(() => screen.getByText('release').click());
    act(() => void (box().scrollTop -= 200));
    act(() => void (box().scrollTop += 200));
    expect(isHeld()).toBe(false);
  });
});

test('content that shrinks lets nothing go, and nothing moves under a button that is held', () => {
  grow(-300);
  expect(isHeld()).toBe(true);
  act(() => void fireEvent.pointerDown(screen.getByText('inside'), { pointerType: 'mouse' }));
  grow();
  expect(distance()).toBe(100);
  act(() => void fireEvent.pointerUp(window));
  expect(distance()).toBe(0);
});
