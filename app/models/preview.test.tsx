// @vitest-environment happy-dom
// Before anything is downloaded: what the header tells, and what can be done with it.
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hubOf, openPanel, storedModel } from '../testing/model-panel.ts';
import { renderPage } from '../testing/render-page.tsx';
import { HubProblem } from './hub.ts';

beforeEach(() => localStorage.clear());
afterEach(cleanup);

const URL = 'https://example.org/big.gguf';

async function lookUp(page: ReturnType<typeof renderPage>, address: string) {
  const panel = await openPanel(page, 'Open');
  await page.user.type(panel.getByLabelText('Address, or owner/name on Hugging Face'), address);
  await page.user.click(panel.getByRole('button', { name: 'Look up' }));
  return panel;
}

describe('an address of a file', () => {
  test('shows what its header tells, and downloads only when asked', async () => {
    const page = renderPage();
    const panel = await lookUp(page, URL);
    const card = within(await panel.findByRole('region', { name: 'Big MoE' }));
    for (const fact of ['7 B, 1.3 B active', '8 of 64 per token', 'Q4_K', 'apache-2.0', '32,768 tokens', 'qwen3moe']) {
      expect(card.getAllByText(fact), fact).toHaveLength(fact === '32,768 tokens' ? 2 : 1); // also a choice of context
    }
    expect(card.getByText('Fits this device.')).toBeTruthy();
    expect(card.getByText('4.3 GB in total')).toBeTruthy();
    expect(card.getByText('Read to find this out: 300 kB.')).toBeTruthy();
    expect(page.engine.downloads).toEqual([]);
    await page.user.click(card.getByRole('button', { name: 'Download 4\u00a0GB' }));
    await waitFor(() => expect(page.engine.downloads).toEqual([{ kind: 'url', url: URL }]));
    await page.user.click(await card.findByRole('button', { name: 'Open Big MoE now' }));
    await waitFor(() => expect(page.engine.loads.at(-1)).toEqual({ kind: 'url', url: URL }));
    expect(screen.queryByRole('dialog')).toBeNull();
    await waitFor(() => expect(page.stores.settings.getState().modelUrl).toBe(URL));
  });

  test('is asked again for another context, which is remembered for the load', async () => {
    const asked: (number | undefined)[] = [];
    const page = renderPage({
      preview: (_source, { contextLength }) => {
        asked.push(contextLength);
        return {};
      },
    });
    const panel = await lookUp(page, URL);
    await page.user.selectOptions(await panel.findByRole('combobox', { name: /^Context/ }), '16,384 tokens');
    await waitFor(() => expect(asked.at(-1)).toBe(16_384));
    await page.user.click(await panel.findByRole('button', { name: 'Open while downloading' }));
    await waitFor(() => expect(page.engine.loadOptions.at(-1)).toEqual({ contextLength: 16_384 }));
  });

  test('a shorter context is taken by its button', async () => {
    const page = renderPage({
      preview: (_source, { contextLength = 32_768 }) =>
        contextLength > 8192 ? { verdict: { kind: 'shorter-context', contextLength: 8192 } } : {},
    });
    const panel = await lookUp(page, URL);
    await page.user.click(await panel.findByRole('button', { name: 'Use 8,192 tokens' }));
    expect(await panel.findByText('Fits this device.')).toBeTruthy();
    expect(panel.getByRole('combobox', { name: /^Context/ })).toHaveProperty('value', '8192');
  });

  test.each([
    [
      { kind: 'too-large', what: 'gpu', message: 'It needs 18 GB.' },
      'Too large for this graphics processor.',
      'Download anyway',
    ],
    [
      { kind: 'too-large', what: 'storage', message: 'It needs 4 GB.' },
      'Not enough room in this browser.',
      'See what is stored',
    ],
    [
      { kind: 'unsupported', error: { code: 'unsupported-architecture', message: 'No such architecture.' } },
      'Not supported yet.',
      null,
    ],
  ] as const)('says why it does not fit: %j', async (verdict, words, action) => {
    const page = renderPage({ preview: () => ({ verdict }) });
    const panel = await lookUp(page, URL);
    expect(await panel.findByText(words)).toBeTruthy();
    const buttons = within(panel.getByRole('region', { name: 'Big MoE' })).queryAllByRole('button');
    expect(buttons.map(({ textContent }) => textContent)).toEqual(action === null ? [] : [action]);
  });

  test('an error says what is wrong, and can be tried again', async () => {
    const error = { code: 'network', message: 'example.org does not let other pages read its files (CORS).' } as const;
    const page = renderPage({ inspectErrors: [error] });
    const panel = await lookUp(page, URL);
    expect((await panel.findByRole('alert')).textContent).toContain('CORS');
    await page.user.click(panel.getByRole('button', { name: 'Try again' }));
    expect(await panel.findByText('Fits this device.')).toBeTruthy();
  });

  test('what is stored already is opened, not downloaded', async () => {
    const page = renderPage({ stored: [storedModel({ id: URL, url: URL })] });
    const panel = await lookUp(page, URL);
    expect(await panel.findByText('Already in this browser.')).toBeTruthy();
    expect(panel.queryByRole('button', { name: /^Download/ })).toBeNull();
    await page.user.click(panel.getByRole('button', { name: 'Open' }));
    await waitFor(() => expect(page.engine.loads.at(-1)).toEqual({ kind: 'url', url: URL }));
  });

  test.each([
    ['nonsense', 'This is neither an address nor owner/name'],
    ['ftp://example.org/a.gguf', 'Only http and https'],
    ['https://huggingface.co/datasets/a/b', 'not a model on Hugging Face'],
  ])('%s is refused with a reason', async (typed, words) => {
    const panel = await lookUp(renderPage(), typed);
    expect((await panel.findByRole('alert')).textContent).toContain(words);
  });
});

describe('a repository on the hub', () => {
  const files = [
    { path: 'm-Q4_K_M.gguf', bytes: 4e9, sha256: 'a'.repeat(64) },
    { path: 'm-Q8_0-00001-of-00002.gguf', bytes: 4e9, sha256: 'b'.repeat(64) },
    { path: 'm-Q8_0-00002-of-00002.gguf', bytes: 3e9, sha256: 'c'.repeat(64) },
    { path: 'm-F16-00001-of-00003.gguf', bytes: 5e9, sha256: null },
  ];

  test('lists its models, parts together, and looks into one', async () => {
    const page = renderPage({}, { hub: hubOf(files) });
    const panel = await lookUp(page, 'o/m-GGUF');
    expect(await panel.findByRole('heading', { name: '3 GGUF models in o/m-GGUF' })).toBeTruthy();
    expect(panel.getByText('Q8_0 · 7 GB · 2 parts')).toBeTruthy();
    expect(panel.getByText('2 parts are missing')).toBeTruthy();
    expect(panel.queryByRole('button', { name: 'Details of m-F16' })).toBeNull();
    await page.user.click(panel.getByRole('button', { name: 'Details of m-Q8_0' }));
    await page.user.click(await panel.findByRole('button', { name: 'Download 4\u00a0GB' }));
    const url = 'https://huggingface.co/o/m-GGUF/resolve/main/m-Q8_0-00001-of-00002.gguf';
    await waitFor(() => expect(page.engine.downloads).toEqual([{ kind: 'url', url }]));
    // What the hub publishes of both parts is checked.
    expect(page.engine.downloadOptions).toEqual([{ sha256: ['b'.repeat(64), 'c'.repeat(64)] }]);
  });

  test('a quantization in the name is looked into at once', async () => {
    const panel = await lookUp(renderPage({}, { hub: hubOf(files) }), 'hf.co/o/m-GGUF:q4_k_m');
    expect(await panel.findByRole('region', { name: 'Big MoE' })).toBeTruthy();
    expect(panel.getByRole('button', { name: 'Close m-Q4_K_M' }).getAttribute('aria-expanded')).toBe('true');
  });

  test.each([
    ['not-found', 'has no public model with this name'],
    ['gated', 'asks you to accept terms'],
    ['rate-limit', 'too many requests'],
    ['offline', 'You are offline'],
    ['unreachable', 'cannot be reached'],
    ['down', 'is having problems'],
  ] as const)('%s is said in words, and can be tried again', async (kind, words) => {
    let calls = 0;
    const hub = {
      listFiles: async () => {
        if (calls++ === 0) throw new HubProblem(kind, 'x');
        return files;
      },
    };
    const page = renderPage({}, { hub });
    const panel = await lookUp(page, 'o/n');
    expect((await panel.findByRole('alert')).textContent).toContain(words);
    await page.user.click(panel.getByRole('button', { name: 'Try again' }));
    expect(await panel.findByText('Q4_K_M · 4 GB')).toBeTruthy();
  });

  test('without GGUF files it says so', async () => {
    const panel = await lookUp(renderPage({}, { hub: hubOf([{ path: 'README.md', bytes: 1, sha256: null }]) }), 'o/n');
    expect(await panel.findByText(/There is no GGUF file in this repository/)).toBeTruthy();
  });
});

describe('files of this device', () => {
  test('are looked into, and opened without a download', async () => {
    const page = renderPage({ preview: () => ({ fetchedBytes: 0 }) });
    const panel = await openPanel(page, 'Open');
    const parts = [1, 2].map((part) => new File(['GGUF'], `m-0000${part}-of-00002.gguf`));
    await page.user.upload(panel.getByLabelText('Open files'), parts);
    await page.user.click(await panel.findByRole('button', { name: 'Open' }));
    await waitFor(() => expect(page.engine.loads.at(-1)).toEqual({ kind: 'file', files: parts }));
    expect(page.engine.downloads).toEqual([]);
  });

  test('other files are refused', async () => {
    const page = renderPage();
    const panel = await openPanel(page, 'Open');
    const picker: HTMLInputElement = panel.getByLabelText('Open files');
    picker.accept = ''; // a person may choose any file all the same
    await page.user.upload(picker, new File(['x'], 'notes.txt'));
    expect((await panel.findByRole('alert')).textContent).toContain('names of those end in .gguf');
  });
});

describe('the catalogue', () => {
  test('looks into a model of it, and marks what is not checked', async () => {
    const page = renderPage();
    const panel = await openPanel(page, 'Catalogue');
    expect(panel.getAllByText(/size not checked/).length).toBeGreaterThan(5);
    await page.user.click(panel.getByRole('button', { name: 'Details of OLMoE 1B-7B 0125 Instruct' }));
    expect(await panel.findByRole('region', { name: 'Big MoE' })).toBeTruthy();
  });

  test('recommends one model, with its size, time and speed, and folds away what has no room', async () => {
    const page = renderPage({ quotaBytes: 6e9 });
    const panel = await openPanel(page, 'Catalogue');
    const card = within(await panel.findByRole('region', { name: /Granite 4.0 H Tiny/ }));
    expect(card.getByText('4.2 GB')).toBeTruthy();
    expect(card.getByText('about 6 m at 100 Mbit/s')).toBeTruthy();
    expect(card.getByText('known after a longer answer here')).toBeTruthy();
    const others = within(panel.getByRole('region', { name: 'Also for this device' }));
    expect(others.getByRole('heading', { name: /LFM2 350M/ })).toBeTruthy();
    expect(others.queryByRole('heading', { name: /gpt-oss 20B/ })).toBeNull();
    await page.user.click(panel.getByText(/models are too large for this device/));
    const large = panel.getByRole('heading', { name: /gpt-oss 20B/ }).closest('li');
    expect(large?.textContent).toMatch(/Needs 12.1\sGB of storage; this browser has \d/);
  });

  test('one button asks the file, and downloads it', async () => {
    const page = renderPage({ quotaBytes: 60e9 });
    const panel = await openPanel(page, 'Catalogue');
    await page.user.click(await panel.findByRole('button', { name: 'Download 4.2\u00a0GB' }));
    await waitFor(() => expect(page.stores.downloads.getState().downloads).toHaveLength(1));
    expect(panel.queryByRole('button', { name: 'Download 4.2\u00a0GB' })).toBeNull();
  });

  test('what does not fit by its own file is not downloaded, and says why', async () => {
    const verdict = { kind: 'too-large', what: 'gpu', message: 'It needs more than there is.' } as const;
    const page = renderPage({ quotaBytes: 60e9, preview: () => ({ verdict }) });
    const panel = await openPanel(page, 'Catalogue');
    await page.user.click(await panel.findByRole('button', { name: 'Download 4.2\u00a0GB' }));
    expect(await panel.findByText('It needs more than there is.')).toBeTruthy();
    expect(page.stores.downloads.getState().downloads).toEqual([]);
  });

  test('a model without a known file leads to the list of its repository', async () => {
    const hub = hubOf([{ path: 'SmallThinker-Q4_0.gguf', bytes: 2.5e9, sha256: null }]);
    const page = renderPage({}, { hub });
    const panel = await openPanel(page, 'Catalogue');
    await page.user.click(panel.getByRole('button', { name: 'Choose a file of SmallThinker 4B-A0.6B Instruct' }));
    expect(await panel.findByText('Q4_0 · 2.5 GB')).toBeTruthy();
  });
});
