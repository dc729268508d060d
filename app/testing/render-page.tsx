/** Renders the whole page on a fake engine, for component tests (environment: happy-dom). */
import 'fake-indexeddb/auto';
import '../i18n/i18n.ts';
import { cleanup, configure, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { App } from '../App.tsx';
import { loadMarkdown } from '../chat/markdown/Markdown.tsx';
import { PageBoundary } from '../layout/PageBoundary.tsx';
import { viewStore } from '../layout/view-store.ts';
import type { BundledModel } from '../models/bundled.ts';
import type { Hub } from '../models/hub.ts';
import { createStores, startStores, type Stores, StoresProvider } from '../state/stores.tsx';
import { createFakeEngine, type FakeEngine, type FakeEngineOptions } from './fake-engine.ts';

// Nothing waits in vain: this only tells a slow machine from a page that does not do it.
configure({ asyncUtilTimeout: 10_000 });

export const BUNDLED: BundledModel = {
  url: 'https://example.org/models/tiny.gguf?v=2',
  name: 'tiny',
  bytes: 21_400_000,
  suggestions: ['What is the capital of France?', 'What is 27 + 58?'],
};

// A busy machine takes its time; a test that fails waits longer, one that passes does not.
configure({ asyncUtilTimeout: 15_000 });

// Loaded in a page by the time that an answer comes.
await loadMarkdown();

let databases = 0;

/** A name that no test used before: each starts with no conversations. */
export function newDatabase(): string {
  return `conversations-${++databases}`;
}

export interface RenderedPage {
  readonly engine: FakeEngine;
  readonly stores: Stores;
  readonly user: ReturnType<typeof userEvent.setup>;
}

/** A hub that knows nothing: what a test wants of it, it says itself. */
const EMPTY_HUB: Hub = { listFiles: async () => [] };

interface RenderOptions {
  readonly bundled?: BundledModel | null;
  readonly database?: string;
  readonly locks?: LockManager | null;
  readonly hub?: Hub;
}

/** `bundled` null: a page that was built without a model. */
export function renderPage(
  options: FakeEngineOptions = {},
  { bundled = BUNDLED, database = newDatabase(), locks = null, hub = EMPTY_HUB }: RenderOptions = {},
): RenderedPage {
  cleanup();
  viewStore.setState(viewStore.getInitialState(), true);
  const engine = createFakeEngine(options);
  const stores = createStores(engine, bundled, { databaseName: database, locks, hub });
  render(
    <StoresProvider stores={stores}>
      <PageBoundary>
        <App />
      </PageBoundary>
    </StoresProvider>,
  );
  void startStores(stores);
  return { engine, stores, user: userEvent.setup() };
}

/** Sends a message once the model is there. */
export async function send({ user }: RenderedPage, text: string): Promise<void> {
  await screen.findByText(/parameters, .* active/);
  await user.type(screen.getByRole('textbox', { name: 'Message' }), text);
  await user.click(screen.getByRole('button', { name: 'Send' }));
}

/** Lets a test hold a stream at a token and let it go on. */
export function createGate(holdAt: number): { pace(index: number): Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { pace: (index) => (index === holdAt ? opened : Promise.resolve()), open };
}
