/**
 * What a host's `model` and `replay` may name. A host is not trusted: its addresses are encrypted ones, or on the visitor's own
 * machine while somebody develops, or the site that the frame itself is from.
 */
import type { ModelSource } from '../../engine/api.ts';
import { bundledSource, type BundledModel } from '../../app/models/bundled.ts';
import { chooseModel, groupFiles } from '../../app/models/gguf-files.ts';
import { hubFileUrl, parseOneFile } from '../../app/models/model-reference.ts';
import type { Hub } from '../../app/models/hub.ts';
import { FrameError } from './error-data.ts';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|[\w-]+\.localhost)$/;

/** @throws FrameError `bad-request`, in words for whoever wrote the page */
export function allowedAddress(address: string, what: 'model' | 'replay'): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) throw badRequest(`The ${what} “${shown(address)}” is no address.`);
  const isAllowed =
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && (url.origin === location.origin || LOOPBACK.test(url.hostname)));
  if (!isAllowed) throw badRequest(`The address of a ${what} must begin with https:// (${shown(address)} does not).`);
  if (url.username !== '' || url.password !== '')
    throw badRequest(`The address of a ${what} must not hold a password.`);
  return url;
}

/** Where the bytes of a host's model come from; a repository is asked which files it has. */
export async function sourceOf(
  model: string | undefined,
  bundled: BundledModel | null,
  hub: Hub,
  signal: AbortSignal,
): Promise<ModelSource> {
  if (model === undefined) {
    if (bundled === null) throw badRequest('No model is bundled with this Mixtab. Name one with the attribute model.');
    return bundledSource(bundled);
  }
  const reference = parseOneFile(model);
  switch (reference.kind) {
    case 'invalid':
      throw badRequest(
        `“${shown(model)}” names no model. Use the https address of a .gguf file, or hf:owner/name[/file][:quantization].`,
      );
    case 'file':
      return { kind: 'url', url: allowedAddress(reference.url, 'model').href };
    case 'repo': {
      const { repo, revision, quantization } = reference;
      const models = groupFiles(await hub.listFiles(repo, revision, signal));
      const chosen = chooseModel(models, quantization);
      const path = chosen?.files[0]?.path;
      if (path === undefined) {
        const wanted = quantization === null ? 'no model in GGUF' : `no GGUF file named ${shown(quantization)}`;
        throw badRequest(`The repository ${shown(repo)} has ${wanted}.`);
      }
      return { kind: 'url', url: hubFileUrl(repo, revision, path) };
    }
    default:
      return reference satisfies never;
  }
}

function badRequest(message: string): FrameError {
  return new FrameError('bad-request', message);
}

function shown(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 120)}…`;
}
