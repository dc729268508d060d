/** The model panel as tests use it. */
import { screen, within } from '@testing-library/react';
import type { StoredModel } from '../../engine/api.ts';
import type { Hub } from '../models/hub.ts';
import type { ListedFile } from '../models/gguf-files.ts';
import type { RenderedPage } from './render-page.tsx';

type Tab = 'Catalogue' | 'Open' | 'Storage' | 'This model';

/** Opens the panel by the header's menu, at a tab. */
export async function openPanel({ user }: RenderedPage, tab: Tab) {
  await import('../models/PanelBody.tsx'); // the page loads it when it opens the panel, which takes a while here
  await user.click(await screen.findByRole('button', { name: /20.1\sM parameters/ }));
  await user.click(await screen.findByRole('menuitem', { name: 'More models…' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Models' }));
  await user.click(await dialog.findByRole('tab', { name: tab }));
  return dialog;
}

export function storedModel(change: Partial<StoredModel>): StoredModel {
  return {
    id: 'https://example.org/other.gguf',
    name: 'Other',
    totalBytes: 4e9,
    storedBytes: 4e9,
    complete: true,
    lastUsed: 0,
    url: 'https://example.org/other.gguf',
    verified: false,
    ...change,
  };
}

export function hubOf(files: readonly ListedFile[]): Hub {
  return { listFiles: async () => files };
}
