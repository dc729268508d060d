// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BUNDLED, renderPage } from '../testing/render-page.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

test('a dropped model says that it is open, with the way back', async () => {
  const page = renderPage();
  await screen.findByText(/parameters, .* active/);
  const files = [new File(['x'], 'other.gguf')];
  fireEvent.drop(window, { dataTransfer: { types: ['Files'], files, items: [] } });
  await waitFor(() => expect(page.engine.loads).toHaveLength(2));
  expect(await screen.findByText(/is open$/)).toBeTruthy();
  await page.user.click(screen.getByRole('button', { name: `Back to ${BUNDLED.name}` }));
  await waitFor(() => expect(page.engine.loads.at(-1)).toEqual({ kind: 'url', url: BUNDLED.url }));
  expect(screen.queryByText(/is open$/)).toBeNull();
});
