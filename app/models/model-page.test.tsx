// @vitest-environment happy-dom
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BUNDLED, createGate, renderPage } from '../testing/render-page.tsx';
import { Unsupported } from './Unsupported.tsx';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

describe('loading', () => {
  test('shows stage, bytes and percentage, and lets one write meanwhile', async () => {
    const gate = createGate(4);
    renderPage({ loadPace: gate.pace });
    const bar = await screen.findByRole('progressbar', { name: 'Loading model' });
    await waitFor(() => expect(bar.getAttribute('aria-valuenow')).toBe('42'));
    expect(bar.getAttribute('aria-valuetext')).toBe('Downloading the model: 9.2\u00a0MB of 21.4\u00a0MB, 42\u00a0%');
    expect(screen.getByRole('button', { name: 'Send' })).toHaveProperty('disabled', true);
    gate.open();
    expect(await screen.findByText('20.1 M parameters, 6.7 M active')).toBeTruthy();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  test('can be cancelled while it downloads, and begun again', async () => {
    const gate = createGate(4);
    const { user, engine } = renderPage({ loadPace: gate.pace });
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Loading was cancelled');
    gate.open();
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('20.1 M parameters, 6.7 M active')).toBeTruthy();
    expect(engine.loads).toHaveLength(2);
  });

  test('an error says what to do, and Retry loads again', async () => {
    const error = { code: 'network', message: 'The server did not answer. Check the connection.' } as const;
    const { user, engine } = renderPage({ loadErrors: [error, null] });
    expect((await screen.findByRole('alert')).textContent).toContain('Check the connection');
    await user.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('20.1 M parameters, 6.7 M active')).toBeTruthy();
    expect(engine.loads).toHaveLength(2);
  });

  test('without room to keep it the bundled model answers all the same, and the page says that it is not kept', async () => {
    const { user, engine } = renderPage({ hasRoom: false });
    const note = await screen.findByText(/loaded for this visit only/);
    expect(note.textContent).toContain('Mixtab 20M');
    expect(engine.loadOptions).toEqual([{}, { storing: 'optional' }]);
    expect(engine.deleted).toEqual([BUNDLED.url]); // what had arrived of it
    await user.click(screen.getByRole('button', { name: 'OK' }));
    expect(screen.queryByText(/loaded for this visit only/)).toBeNull();
  });

  test('any other model is loaded without being kept where the person agrees', async () => {
    const { user, engine, stores } = renderPage({ hasRoom: false }, { bundled: null });
    void stores.model.getState().open({ kind: 'url', url: 'https://example.org/big.gguf' });
    expect((await screen.findByRole('alert')).textContent).toContain('Load it for this visit only?');
    await user.click(screen.getByRole('button', { name: 'Load for this visit only' }));
    expect(await screen.findByText(/it is loaded for this visit only/)).toBeTruthy();
    expect(engine.loadOptions).toEqual([{}, { storing: 'optional' }]);
    // And again, where it is loaded with another context.
    await stores.model.getState().reload();
    expect(engine.loadOptions.at(-1)).toEqual({ storing: 'optional' });
  });

  test('without a bundled model the page says so and offers to open one', async () => {
    const { user } = renderPage({}, { bundled: null });
    await user.click(screen.getByRole('button', { name: 'Open a model' }));
    expect(await screen.findByRole('dialog', { name: 'Models' })).toBeTruthy();
  });

  test('older versions of the bundled model are deleted, other models stay', async () => {
    const model = { name: 'x', totalBytes: 1, storedBytes: 1, complete: true, lastUsed: 0, url: null, verified: false };
    const { engine } = renderPage({
      model: { id: BUNDLED.url },
      stored: [
        { ...model, id: 'https://example.org/models/tiny.gguf?v=1' },
        { ...model, id: 'https://example.org/models/other.gguf?v=1' },
      ],
    });
    await waitFor(() => expect(engine.deleted).toEqual(['https://example.org/models/tiny.gguf?v=1']));
  });

  test('no adapter leads to the page that names browsers', async () => {
    renderPage({ loadErrors: [{ code: 'no-webgpu', message: 'No adapter.' }] });
    expect(await screen.findByRole('heading', { name: 'No graphics processor was found' })).toBeTruthy();
    expect(screen.getByText('Safari 26 or later')).toBeTruthy();
  });
});

test('an insecure address is named as the reason', () => {
  render(<Unsupported missing="insecure-context" />);
  expect(screen.getByRole('heading', { name: 'This address is not secure' })).toBeTruthy();
});
