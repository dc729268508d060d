import { create, globals } from 'webgpu';
import type { LoadOptions } from '../engine/api.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { loadTextModel, type LoadedModel } from '../engine/generate/load-model.ts';
import { type Gpu, openGpu } from '../engine/gpu/device.ts';
import { requireArchitecture } from '../engine/models/architectures.ts';
import { openDiskModel } from './disk-source.ts';
import { nodeTemplateRunner } from './node-thread.ts';

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

/** A model from disk, on this machine's GPU. */
export interface NodeModel {
  readonly gpu: Gpu;
  readonly model: LoadedModel;
}

/** @throws EngineError */
export async function openNodeModel(path: string, options: LoadOptions = {}): Promise<NodeModel> {
  const gguf = await readGguf(await openDiskModel(path));
  requireArchitecture(gguf); // says so before a GPU is looked for
  const gpu = await openGpu(dawn);
  return { gpu, model: await loadTextModel(gpu, gguf, options, undefined, undefined, nodeTemplateRunner) };
}
