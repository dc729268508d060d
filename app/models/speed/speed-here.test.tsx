// @vitest-environment happy-dom
// What other models would do here, from answers that this device has given.
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DecodeCost } from '../../../engine/api.ts';
import { openPanel } from '../../testing/model-panel.ts';
import { renderPage, send } from '../../testing/render-page.tsx';
import { CATALOGUE } from '../catalogue.ts';
import { CATALOGUE_COSTS } from './catalogue-costs.ts';
import { keepSpeed, parseSpeeds, SPEEDS_KEY, speedsOf, speedsStore } from './measured-speeds.ts';

/** The fake engine's. */
const DEVICE = {
  ...{ vendor: 'example', architecture: 'pretend-1', description: 'Pretend GPU' },
  ...{ features: [], limits: {}, isFallback: false },
};
const OLMOE = CATALOGUE_COSTS['olmoe-1b-7b-0125'];

function measure(cost: DecodeCost, tokensPerSecond: number, id = 'measured'): void {
  const { bytes, operations, launches } = cost;
  keepSpeed(DEVICE, { id, cost: { bytes, operations, launches }, tokens: 100, ms: 100_000 / tokensPerSecond });
}

beforeEach(() => {
  localStorage.clear();
  speedsStore.setState({ adapters: [] });
});
afterEach(cleanup);

describe('the catalogue', () => {
  test('says nothing of speed before this device has answered', async () => {
    const panel = await openPanel(renderPage(), 'Catalogue');
    expect(await panel.findByText(/OLMoE 1B-7B 0125/)).toBeTruthy();
    expect(panel.queryByText(/tokens\/s here/)).toBeNull();
    expect(panel.queryByText(/Speeds are estimated/)).toBeNull();
  });

  test('foretells a model from one like it, says where that is from, and keeps quiet about what it cannot know', async () => {
    measure(OLMOE, 33);
    const panel = await openPanel(renderPage(), 'Catalogue');
    const cardOf = (name: RegExp): HTMLElement => {
      const card = panel.getByRole('heading', { name }).closest('li');
      if (card === null) throw new Error('no card');
      return card;
    };
    await panel.findByText(/Speeds are estimated from answers that this device has given/);
    expect(within(cardOf(/OLMoE 1B-7B 0125/)).getByText('about 29 to 38 tokens/s here')).toBeTruthy();
    // 0.3 GB and more launches: it may be three times as fast, or slower.
    expect(within(cardOf(/Granite 3.1 1B/)).queryByText(/tokens\/s here/)).toBeNull();
  });

  test('has the device timed once, so that answers of a small model tell of large ones', async () => {
    measure({ bytes: 5e6, operations: 13e6, launches: 83 }, 400, 'bundled');
    // 0.1 ms per 8 MB, a launch included: 1 GB takes some 10 to 20 ms besides its launches.
    const probe = { cost: { bytes: 240e6, operations: 800e6, launches: 24 }, ms: 3 };
    const page = renderPage({ probe });
    const panel = await openPanel(page, 'Catalogue');
    const card = panel.getByRole('heading', { name: /OLMoE 1B-7B 0125/ }).closest('li');
    if (card === null) throw new Error('no card');
    expect(await within(card).findByText(/^about \d+ to \d+ tokens\/s here$/)).toBeTruthy();
    expect(localStorage.getItem(SPEEDS_KEY)).toContain('"probe"');
  });

  test('costs of all its models are known', () => {
    for (const { id } of CATALOGUE) expect(CATALOGUE_COSTS[id].launches, id).toBeGreaterThan(50);
  });
});

test('a preview has it among its facts, from costs that were counted in the header', async () => {
  measure(OLMOE, 50);
  const { bytes, operations, launches } = OLMOE;
  const page = renderPage({
    preview: () => ({ decode: { bytes: bytes * 2, operations: operations * 2, launches: launches * 2 } }),
  });
  const panel = await openPanel(page, 'Open');
  await page.user.type(panel.getByLabelText('Address, or owner/name on Hugging Face'), 'https://example.org/big.gguf');
  await page.user.click(panel.getByRole('button', { name: 'Look up' }));
  expect(await panel.findByText('about 23 to 28 tokens/s here')).toBeTruthy();
});

test('an answer is measured, of the model and the adapter that gave it', async () => {
  const decode = { bytes: 7e6, operations: 14e6, launches: 80 };
  const words = Array.from({ length: 30 }, (_, i) => `word${i} `).join('');
  await send(renderPage({ model: { decode }, answer: () => words }), 'Hello');
  await waitFor(() => expect(speedsOf(speedsStore.getState().adapters, DEVICE)).toHaveLength(1), { timeout: 15_000 });
  const [speed] = speedsOf(speedsStore.getState().adapters, DEVICE);
  expect(speed?.cost).toEqual(decode);
  expect(localStorage.getItem(SPEEDS_KEY)).toContain('Pretend GPU');
  expect(speedsOf(speedsStore.getState().adapters, { ...DEVICE, description: 'Another GPU' })).toEqual([]);
  expect(screen.queryByRole('alert')).toBeNull();
});

test('a short answer says nothing', async () => {
  const decode = { bytes: 7e6, operations: 14e6, launches: 80 };
  await send(renderPage({ model: { decode }, answer: () => 'Yes.' }), 'Hello');
  await screen.findByText('Yes.');
  await screen.findByRole('button', { name: 'Send' });
  expect(localStorage.getItem(SPEEDS_KEY)).toBeNull();
});

describe('what is kept', () => {
  test('the middle of the last answers counts, and only the last models are kept', () => {
    for (const rate of [10, 1, 11, 12, 100]) measure(OLMOE, rate);
    const [speed] = speedsOf(speedsStore.getState().adapters, DEVICE);
    expect(speed?.tokenMs).toBeCloseTo(1000 / 11, 5);
    for (let i = 0; i < 20; i++) measure(OLMOE, 10, `model ${i}`);
    expect(speedsOf(speedsStore.getState().adapters, DEVICE)).toHaveLength(6);
  });

  test('what is no such record is reported, and costs nothing else', () => {
    const good = { adapter: 'a', models: [{ id: 'm', cost: { bytes: 1, operations: 1, launches: 1 }, tokenMs: [5] }] };
    const places: string[] = [];
    const report = (place: string): void => void places.push(place);
    const bad = [
      { ...good, adapter: 7 },
      { ...good, models: [{ ...good.models[0], tokenMs: [-1] }] },
    ];
    expect(parseSpeeds({ adapters: [good, ...bad] }, report)).toEqual([good]);
    expect(places).toEqual(['adapters.1', 'adapters.2']);
    for (const wrong of [null, 7, [], { adapters: 7 }, { adapters: [null] }])
      expect(parseSpeeds(wrong, report)).toEqual([]);
    expect(parseSpeeds(undefined, report)).toEqual([]);
  });
});
