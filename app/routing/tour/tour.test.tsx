// @vitest-environment happy-dom
import { cleanup, configure, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
// What loads when it is needed is here already: a test does not wait for files.
import '../RoutingPanel.tsx';
import { renderPage, type RenderedPage, send } from '../../testing/render-page.tsx';
import { RoutingFollower } from '../answer-routing.ts';
import type { RoutingRecord } from '../routing-record.ts';
import './Tour.tsx';
import './TourOffer.tsx';
import { fractionOf, tellingToken, tourSteps } from './tour-steps.ts';

configure({ asyncUtilTimeout: 20_000 });

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const TEXT = 'one two three four one two three five six seven eight';
const OFFER = /^How was this answer made\?/;

async function answered(text = TEXT): Promise<RenderedPage> {
  const page = renderPage({ answer: () => text });
  await send(page, 'Count');
  await screen.findByRole('button', { name: 'Send' });
  return page;
}

test('it is offered once, explains one’s own answer in five steps, and gives the focus back', async () => {
  const page = await answered();
  await screen.findByText(OFFER);
  await page.user.click(screen.getByRole('button', { name: 'Show me' }));
  expect(screen.queryByText(OFFER)).toBeNull();
  const tour = await screen.findByRole('region', { name: 'Tour of this answer' });
  const view = screen.getByRole('region', { name: 'Routing' });
  const heading = (): HTMLElement => within(tour).getByRole('heading');
  const chosen = (): string | null | undefined => within(view).queryByRole('option', { selected: true })?.textContent;

  // The fake model: 7 layers with 32 experts, 4 of them used, 6.7 of 20.1 million parameters.
  expect(document.activeElement).toBe(heading());
  expect(within(tour).getByText('Step 1 of 5')).toBeTruthy();
  expect(tour.textContent).toContain('4 of 32 worked to write it. The other 28 slept.');
  const word = chosen();
  expect(tour.textContent).toContain(word?.replaceAll('·', ''));
  expect(
    within(tour)
      .queryByText(/28 of 224 experts/)
      ?.closest('[hidden]'),
  ).toBeTruthy();
  await page.user.click(within(tour).getByRole('button', { name: 'The figures' }));
  expect(
    within(tour)
      .getByText(/28 of 224 experts/)
      .closest('[hidden]'),
  ).toBeNull();
  expect(tour.textContent).toContain('1 shared expert');

  await page.user.click(within(tour).getByRole('button', { name: 'Next' }));
  expect(document.activeElement).toBe(heading());
  expect(chosen()).not.toBe(word);
  await page.user.click(within(tour).getByRole('button', { name: 'Next' }));
  expect(chosen()).toBe(word);
  await page.user.click(within(tour).getByRole('button', { name: 'Back' }));
  expect(within(tour).getByText('Step 2 of 5')).toBeTruthy();
  for (let i = 0; i < 3; i++) await page.user.click(within(tour).getByRole('button', { name: 'Next' }));
  expect(heading().textContent).toBe('So only a third of the model worked');
  expect(tour.textContent).toMatch(/6\.7\sM of 20\.1\sM parameters/u);
  expect(chosen()).toBeUndefined();
  await page.user.click(within(tour).getByRole('button', { name: 'Done' }));
  expect(screen.queryByRole('region', { name: 'Tour of this answer' })).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Take the tour' }));

  // Always from the view; Escape ends it wherever one is in it.
  await page.user.click(screen.getByRole('button', { name: 'Take the tour' }));
  await screen.findByRole('region', { name: 'Tour of this answer' });
  await page.user.keyboard('{Escape}');
  expect(screen.queryByRole('region', { name: 'Tour of this answer' })).toBeNull();
  expect(screen.getByRole('region', { name: 'Routing' })).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Take the tour' }));
});

test('who does not want it is not asked again, in this conversation or another', async () => {
  const page = await answered();
  await screen.findByText(OFFER);
  await page.user.click(screen.getByRole('button', { name: 'No, thanks' }));
  expect(screen.queryByText(OFFER)).toBeNull();
  await answered();
  await screen.findAllByRole('button', { name: 'Colour by experts' });
  expect(screen.queryByText(OFFER)).toBeNull();
});

test('who goes on without it is not asked again either', async () => {
  const page = await answered();
  await screen.findByText(OFFER);
  await send(page, 'Again');
  await screen.findByRole('button', { name: 'Send' });
  expect(screen.queryByText(OFFER)).toBeNull();
});

function recordOf(texts: readonly string[]): RoutingRecord {
  const count = texts.length;
  return {
    ...{ layers: [0], experts: 4, used: 1, texts, count },
    chosen: Uint16Array.from(texts, (_, token) => token % 4),
    weights: new Float32Array(count).fill(1),
  };
}

test('an answer of one token, of a model that is not known, has its steps too', () => {
  const steps = tourSteps(new RoutingFollower().update(recordOf(['Yes']), true));
  expect(steps.map(({ kind }) => kind)).toEqual(['word', 'whole', 'share']);
  expect(steps.at(-1)).toEqual({ kind: 'share', share: 0.25, of: 'experts' });
});

test('it shows a whole word rather than a piece of one', () => {
  expect(tellingToken(['It', ' mel', 'ted', ' slowly', '.'], 5)).toBe(3);
  expect(tellingToken(['!', ''], 2)).toBe(0);
});

test('shares have names where these are about right', () => {
  expect(fractionOf(0.3333)).toBe('third');
  expect(fractionOf(0.34)).toBe('third');
  expect(fractionOf(0.29)).toBeNull();
  expect(fractionOf(0.098)).toBe('tenth');
  expect(fractionOf(0.001)).toBeNull();
});
