/** Copies of a model that another site has left on this device, found by what they must be (`ladder.ts`, second rung). */
import type { ModelSource } from '../../engine/api.ts';
import type { BundledModel } from '../../app/models/bundled.ts';
import { type Hub, hubDigests } from '../../app/models/hub.ts';
import { fileNameOfUrl } from '../../app/models/model-name.ts';
import { crossOriginFile, hasCrossOriginStorage } from './ladder.ts';

/** Null also where nobody has published what the file must be, or it is in parts. */
export async function findCopy(
  source: ModelSource,
  { bundled, hub }: { readonly bundled: BundledModel | null; readonly hub: Hub },
  signal: AbortSignal,
): Promise<File | null> {
  if (source.kind !== 'url' || !hasCrossOriginStorage()) return null;
  const own = bundled?.url === source.url ? bundled.sha256 : undefined;
  const [sha256 = null, ...others] = own === undefined ? await hubDigests(hub, source.url, signal) : [own];
  return sha256 === null || others.length > 0 ? null : crossOriginFile(sha256, fileNameOfUrl(source.url));
}
