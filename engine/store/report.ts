import type { StorageReport } from '../api.ts';
import { storedBytes } from './chunk-store.ts';
import { defaultEnvironment, type StoreEnvironment } from './environment.ts';

/** What is stored, last used first. */
export async function storageReport(environment: Partial<StoreEnvironment> = {}): Promise<StorageReport> {
  const { chunks, storage } = { ...defaultEnvironment(), ...environment };
  const manifests = (await chunks.canStore()) ? await chunks.readManifests() : [];
  const models = await Promise.all(
    manifests.map(async (manifest) => {
      const { id, name, parts, totalBytes, complete, lastUsed, sha256 } = manifest;
      const stored = await storedBytes(chunks, manifest);
      const isWhole = stored === totalBytes;
      return {
        id,
        name,
        totalBytes,
        storedBytes: stored,
        complete: complete && isWhole,
        lastUsed,
        url: parts[0]?.url ?? null,
        verified: isWhole && sha256 !== undefined && sha256.every((hash) => hash !== null),
        ...(complete && !isWhole && { lostBytes: totalBytes - stored }),
      };
    }),
  );
  const { usage = 0, quota = 0 } = (await storage?.estimate?.().catch(() => undefined)) ?? {};
  return {
    models: models.sort((a, b) => b.lastUsed - a.lastUsed),
    usageBytes: usage,
    quotaBytes: quota,
    persisted: (await storage?.persisted?.().catch(() => false)) ?? false,
  };
}

/** Whoever reads it at the time goes on from the source, if that is there. Nothing happens where it is not stored. */
export async function deleteStoredModel(id: string, environment: Partial<StoreEnvironment> = {}): Promise<void> {
  const { chunks } = { ...defaultEnvironment(), ...environment };
  if (await chunks.canStore()) await chunks.deleteModel(id);
}
