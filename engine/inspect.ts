import type { InspectOptions, ModelPreview, ModelSource } from './api.ts';
import { toErrorData } from './errors.ts';
import { readGguf } from './formats/gguf.ts';
import { type Fit, judgeFit } from './generate/fit.ts';
import { headerFacts } from './generate/model-facts.ts';
import { contextFor } from './generate/reserve.ts';
import type { Gpu } from './gpu/device.ts';
import type { StoreEnvironment } from './store/environment.ts';
import { type OpenedHeader, openHeader } from './store/open-header.ts';

/** What only some browsers tell, and Node does not. */
interface Surroundings {
  readonly navigator?: { readonly deviceMemory?: number };
}

/**
 * Reads the header of a model, and nothing else of it, and judges whether it would run here.
 * @param openGpu rejects where there is no WebGPU: then that is the verdict
 */
export async function inspectModel(
  source: ModelSource,
  options: InspectOptions,
  openGpu: () => Promise<Gpu>,
  environment: Partial<StoreEnvironment> = {},
): Promise<ModelPreview> {
  const opened = await openHeader(source, environment);
  try {
    const gguf = await readGguf(opened.parts);
    const facts = headerFacts(gguf);
    const fit = await openGpu().then(
      ({ device: { limits }, profile, f16, subgroups }) => {
        const systemMemoryGib = (globalThis as Surroundings).navigator?.deviceMemory;
        return judgeFit(gguf, { limits, profile, f16, subgroups, systemMemoryGib }, options);
      },
      (error: unknown): Fit => ({
        contextLength: contextFor(options, facts.trainedContextLength || Infinity),
        memory: null,
        verdict: { kind: 'unsupported', error: toErrorData(error) },
      }),
    );
    const { id, name, totalBytes, fetchedBytes, storedBytes } = opened;
    return {
      ...facts,
      ...fit,
      verdict: withStorage(fit.verdict, opened),
      id,
      name: facts.name || name,
      fileBytes: totalBytes,
      parts: opened.parts.length,
      fetchedBytes,
      storedBytes,
    };
  } finally {
    opened.close();
  }
}

/** Where the GPU could take a model, the browser's storage still may not. */
function withStorage(verdict: ModelPreview['verdict'], { storageProblem }: OpenedHeader): ModelPreview['verdict'] {
  const runs = verdict.kind === 'fits' || verdict.kind === 'shorter-context';
  if (!runs || storageProblem === null) return verdict;
  return { kind: 'too-large', what: 'storage', message: storageProblem.message };
}
