import { existsSync, readdirSync } from 'node:fs';
import { openDiskModel } from '../../cli/disk-source.ts';
import { readGguf } from '../../engine/formats/gguf.ts';
import { generate } from '../../engine/generate/generate.ts';
import { loadTextModel } from '../../engine/generate/load-model.ts';
import { openTestGpu } from '../../engine/testing/gpu.ts';
import { promptTokens } from '../../engine/tokenizer/prompt.ts';
import type { MixtabBackend } from '../mixtab.ts';

const MODELS = 'public/models';
/** A build without a bundled model is a valid one; then there is nothing to test with. */
export const bundledFile = existsSync(MODELS) ? readdirSync(MODELS).find((name) => name.endsWith('.gguf')) : undefined;

/** The engine in this process, with the bundled model. */
export async function openBundledModel(): Promise<MixtabBackend> {
  const gpu = await openTestGpu({ profile: 'rows', subgroups: false });
  const gguf = await readGguf(await openDiskModel(`${MODELS}/${bundledFile ?? ''}`));
  const { text, facts } = await loadTextModel(gpu, gguf, {});
  const { tokenizer, format, speech } = text;
  return {
    model: async () => ({ ...facts, id: 'bundled' }),
    generate: (request, signal) => generate(text, request, signal),
    countTokens: async (prompt) => (await promptTokens(prompt, tokenizer, format, undefined, { speech })).length,
    close: () => {
      text.session.destroy();
      gpu.device.destroy();
    },
  };
}
