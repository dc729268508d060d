/**
 * The npm package `mixtab`: a language model in the tab, behind the API that programs speak with OpenAI's servers.
 *
 * @packageDocumentation
 */
import { BrowserBackend, type MixtabOptions } from './browser-backend.ts';
import { FrameBackend, type FrameOptions } from './frame-backend.ts';
import { type Mixtab, mixtabOver } from './mixtab.ts';

export { ApiError } from './api/api-error.ts';
export type * from './api/types.ts';
export type { MixtabOptions } from './browser-backend.ts';
export type { FrameOptions } from './frame-backend.ts';
export type {
  ChatCompletions,
  Completions,
  Mixtab,
  Models,
  RequestOptions,
  Stream,
  Streamed,
  Unstreamed,
} from './mixtab.ts';
export type { ModelReference } from './model-source.ts';
export type { LoadProgress, LoadStage } from '../engine/api.ts';

/**
 * Loads a model into a worker of this page, and answers requests in OpenAI's shape with it. Needs a browser with WebGPU: without one,
 * requests reject with the code `no_webgpu`.
 *
 * With a `frame` the model is that frame's, and this page loads none; requests are the same, as far as a frame can answer them.
 *
 * @example
 *     const mixtab = createMixtab({ model: 'hf:owner/name:Q4_K_M', onProgress: ({ loadedBytes }) => … });
 *     const answer = await mixtab.chat.completions.create({ messages: [{ role: 'user', content: 'Hello!' }] });
 */
export function createMixtab(options: MixtabOptions | FrameOptions): Mixtab {
  if ('frame' in options) return mixtabOver(new FrameBackend(options));
  const backend = new BrowserBackend(options);
  backend.start();
  return mixtabOver(backend);
}
