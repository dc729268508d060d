// @vitest-environment happy-dom
import '../i18n/i18n.ts';
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { lazyPart } from './lazy-part.tsx';
import { loadPart } from './load-part.ts';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const GONE = new TypeError('Failed to fetch dynamically imported module: blob:null/gone.js');

/** Fails so many times, as a chunk does that cannot be had. */
function failing<T>(times: number, value: T) {
  return vi.fn<() => Promise<T>>(async () => {
    if (times-- > 0) throw GONE;
    return value;
  });
}

describe('a part that is loaded when it is needed', () => {
  test('is tried again by itself once', async () => {
    const load = failing(1, 'here');
    expect(await loadPart(load)).toBe('here');
    expect(load).toHaveBeenCalledTimes(2);
  });

  test('is given up after that, with the error of the browser', async () => {
    await expect(loadPart(failing(9, 'here'))).rejects.toBe(GONE);
  });

  test('the script of another origin is not asked for', async () => {
    const foreign = new TypeError('error loading dynamically imported module: https://elsewhere.example/a.js');
    await expect(loadPart(() => Promise.reject(foreign))).rejects.toBe(foreign);
  });

  test('one whose style sheet is missing waits for it', async () => {
    const append = vi.spyOn(document.head, 'append').mockImplementation((link) => {
      if (link instanceof HTMLLinkElement) link.dispatchEvent(new Event('load'));
    });
    let tries = 0;
    const load = async (): Promise<string> => {
      if (tries++ === 0) throw new Error('Unable to preload CSS for /assets/part.css');
      return 'here';
    };
    expect(await loadPart(load)).toBe('here');
    expect(append).toHaveBeenCalledOnce();
  });

  test('says that it cannot be had, beside what can, and comes when it is asked for again', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const load = failing(2, { default: ({ name }: { name: string }) => <p>Hello {name}</p> });
    const Part = lazyPart(load);
    render(
      <>
        <Part name="Ada" loading={<p>Loading</p>} />
        <p>The rest</p>
      </>,
    );
    screen.getByText('Loading');
    await screen.findByRole('alert');
    screen.getByText('The rest');
    screen.getByRole('button', { name: 'Reload' });
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('Hello Ada');
    expect(screen.queryByRole('alert')).toBeNull();
  });

  test('is tried again when it is opened again', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const Part = lazyPart(failing(2, { default: () => <p>Here</p> }));
    const { unmount } = render(<Part />);
    await screen.findByRole('alert');
    unmount();
    render(<Part />);
    expect(await screen.findByText('Here')).toBeTruthy();
  });
});
