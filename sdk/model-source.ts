import type { ModelSource } from '../engine/api.ts';
import { EngineError, quoted } from '../engine/errors.ts';
import { chooseModel, groupFiles } from '../app/models/gguf-files.ts';
import { createHub, HubProblem } from '../app/models/hub.ts';
import { hubFileUrl, parseOneFile } from '../app/models/model-reference.ts';

/**
 * Where a model comes from: the address of a `.gguf` file, also relative to the page; `hf:owner/name/file.gguf`;
 * `hf:owner/name[:quantization]`, of which a usual quantization is taken; or files that the visitor has chosen.
 */
export type ModelReference = string | URL | File | readonly File[];

export interface FoundModel {
  readonly source: ModelSource;
  /** The name that requests use: of the file, without its ending. */
  readonly name: string;
}

/** @throws EngineError `bad-request`, `network` */
export async function findModel(reference: ModelReference, signal: AbortSignal): Promise<FoundModel> {
  if (reference instanceof File) return findModel([reference], signal);
  if (typeof reference !== 'string' && !(reference instanceof URL)) {
    const [first] = reference;
    if (first === undefined) throw new EngineError('bad-request', 'No file was given.');
    return { source: { kind: 'file', files: reference }, name: nameOf(first.name) };
  }
  const address = String(reference);
  if (!/^hf:/i.test(address)) return fromUrl(new URL(address, document.baseURI).href);
  const parsed = parseOneFile(address);
  switch (parsed.kind) {
    case 'file':
      return fromUrl(parsed.url);
    case 'repo':
      return fromUrl(await fileOf(parsed.repo, parsed.revision, parsed.quantization, signal));
    case 'invalid':
      throw new EngineError(
        'bad-request',
        `${quoted(address)} names no model. Write the address of a .gguf file, or hf:owner/name[/file][:quantization].`,
      );
    default:
      return parsed satisfies never;
  }
}

function fromUrl(url: string): FoundModel {
  const path = new URL(url).pathname;
  return { source: { kind: 'url', url }, name: nameOf(decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))) };
}

function nameOf(file: string): string {
  return file.replace(/(?:-\d{5}-of-\d{5})?\.gguf$/i, '') || 'model';
}

async function fileOf(
  repo: string,
  revision: string,
  quantization: string | null,
  signal: AbortSignal,
): Promise<string> {
  const path = chooseModel(groupFiles(await listed(repo, revision, signal)), quantization)?.files[0]?.path;
  if (path === undefined) {
    const what = quantization === null ? 'no model in GGUF' : `no GGUF file named ${quoted(quantization)}`;
    throw new EngineError('bad-request', `The repository ${quoted(repo)} has ${what}.`);
  }
  return hubFileUrl(repo, revision, path);
}

async function listed(
  repo: string,
  revision: string,
  signal: AbortSignal,
): ReturnType<ReturnType<typeof createHub>['listFiles']> {
  try {
    return await createHub().listFiles(repo, revision, signal);
  } catch (error) {
    if (!(error instanceof HubProblem)) throw error;
    throw new EngineError('network', `The files of ${quoted(repo)} could not be listed: ${error.kind}.`, error.message);
  }
}
