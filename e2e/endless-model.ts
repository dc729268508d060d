// A model with random weights that babbles on, to the limit of its answer: the bundled one may end its answers before a test can act.
import { qwen3moe } from '../oracle/architectures.ts';

/** A file as Playwright takes it. */
export interface FilePayload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** About 4 MB. `chatTemplate`: another one than the random models have. */
export function endlessModel(chatTemplate?: string): FilePayload {
  const model = qwen3moe({
    name: 'endless',
    types: 'Q8_0',
    layers: 4,
    width: 256,
    heads: 4,
    keyHeads: 2,
    headWidth: 64,
    experts: 8,
    expertsUsed: 2,
    expertWidth: 128,
  });
  model.endless();
  if (chatTemplate !== undefined) model.chatTemplate(chatTemplate);
  return { name: 'endless.gguf', mimeType: 'application/octet-stream', buffer: Buffer.from(model.build()) };
}
