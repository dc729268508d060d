// What the examples of docs/api.md import as `mixtab` and `mixtab/prompt-api`: the same over the engine in Node, with the bundled model.
import type { MixtabOptions } from '../browser-backend.ts';
import { type Mixtab, type MixtabBackend, mixtabOver } from '../mixtab.ts';
import { type LanguageModelFactory, promptApiOver } from '../prompt/language-model.ts';
import { openBundledModel } from './node-backend.ts';

export { ApiError } from '../api/api-error.ts';

let opened: Promise<MixtabBackend> | undefined;

/** One for all examples. */
function bundled(): Promise<MixtabBackend> {
  opened ??= openBundledModel();
  return opened;
}

export async function closeBundled(): Promise<void> {
  (await opened)?.close();
}

function backendOf(name: string): MixtabBackend {
  return {
    model: async (signal) => ({ ...(await (await bundled()).model(signal)), id: name }),
    generate: async function* (request, signal) {
      yield* (await bundled()).generate(request, signal);
    },
    countTokens: async (prompt) => (await bundled()).countTokens(prompt),
    close: () => {},
  };
}

export function createMixtab({ name = 'model', onProgress }: MixtabOptions): Mixtab {
  onProgress?.({ stage: 'ready', share: 1, loadedBytes: 1, totalBytes: 1 });
  return mixtabOver(backendOf(name));
}

export function promptApi(): LanguageModelFactory {
  return promptApiOver(() => ({
    ...backendOf('model'),
    availability: async () => 'available',
    onProgress: () => () => {},
  }));
}
