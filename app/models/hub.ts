/**
 * Asks the hub which files a repository has. Behind an interface, so that tests answer in its place; the client library is
 * loaded when it is first needed.
 */
import * as v from 'valibot';
import { Count, MAX_NAME } from '../state/records/bounds.ts';
import { loadPart } from '../layout/load-part.ts';
import { type ListedFile } from './gguf-files.ts';
import { hubFileOf } from './model-reference.ts';

/** No repository of models has more. */
const MAX_FILES = 100_000;

/** A file, as the hub answers: another server may stand in its place. */
const Entry = v.object({
  type: v.literal('file'),
  path: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_NAME)),
  size: Count,
  lfs: v.optional(v.object({ oid: v.optional(v.string()), size: v.optional(Count) })),
});

export interface Hub {
  /**
   * All files of a repository.
   * @throws HubProblem
   */
  listFiles(repo: string, revision: string, signal?: AbortSignal): Promise<readonly ListedFile[]>;
}

/** Why the hub did not answer as hoped; each has words of its own on the page. */
export type HubProblemKind = 'not-found' | 'gated' | 'rate-limit' | 'offline' | 'unreachable' | 'down';

export class HubProblem extends Error {
  override readonly name = 'HubProblem';
  readonly kind: HubProblemKind;

  constructor(kind: HubProblemKind, detail: string, cause?: unknown) {
    super(detail, { cause });
    this.kind = kind;
  }
}

interface HubOptions {
  /** Another hub, for tests. */
  readonly hubUrl?: string;
  readonly fetch?: typeof fetch;
  /** False only where the browser knows that it is offline. */
  readonly isOnline?: () => boolean;
}

export function createHub({ hubUrl, fetch: fetchFrom = fetch, isOnline = onLine }: HubOptions = {}): Hub {
  return {
    async listFiles(repo, revision, signal) {
      const ask: typeof fetch = (input, init) => fetchFrom(input, { ...init, ...(signal && { signal }) });
      try {
        const { listFiles } = await loadPart(() => import('@huggingface/hub'));
        const files: ListedFile[] = [];
        const options = { repo: { type: 'model', name: repo } as const, revision, recursive: true, fetch: ask };
        for await (const entry of listFiles(hubUrl === undefined ? options : { ...options, hubUrl })) {
          const file = v.safeParse(Entry, entry);
          if (!file.success) continue; // a folder, or nothing that could be fetched
          const { path, size, lfs } = file.output;
          files.push({ path, bytes: lfs?.size ?? size, sha256: sha256Of(lfs?.oid) });
          if (files.length === MAX_FILES) break;
        }
        return files;
      } catch (error) {
        if (signal?.aborted === true) throw error;
        throw problemOf(error, isOnline());
      }
    },
  };
}

/**
 * SHA-256 of each part of a model on the hub, by the address of its first part; nulls where the hub does not say, or cannot
 * be asked. Empty for other addresses.
 */
export async function hubDigests(hub: Hub, url: string, signal?: AbortSignal): Promise<(string | null)[]> {
  const file = hubFileOf(url);
  if (file === null) return [];
  const split = /^(.*)-00001-of-(\d{5})\.gguf$/i.exec(file.path);
  const wanted =
    split === null
      ? [file.path]
      : Array.from(
          { length: Number(split[2]) },
          (_, part) => `${split[1]}-${String(part + 1).padStart(5, '0')}-of-${split[2]}.gguf`,
        );
  try {
    const files = await hub.listFiles(file.repo, file.revision, signal);
    return wanted.map((path) => files.find((one) => one.path === path)?.sha256 ?? null);
  } catch {
    return []; // A download without a published digest is checked chunk by chunk all the same.
  }
}

function sha256Of(oid: string | undefined): string | null {
  return oid !== undefined && /^[0-9a-f]{64}$/.test(oid) ? oid : null;
}

function problemOf(error: unknown, isOnline: boolean): HubProblem {
  const detail = error instanceof Error ? error.message : String(error);
  if (!isOnline) return new HubProblem('offline', detail, error);
  const status = statusOf(error);
  switch (status) {
    case undefined:
      return new HubProblem('unreachable', detail, error);
    // To strangers the hub answers 401 for what is private and for what never was, and 403 for what asks for consent.
    case 401:
    case 404:
      return new HubProblem('not-found', detail, error);
    case 403:
      return new HubProblem('gated', detail, error);
    case 429:
      return new HubProblem('rate-limit', detail, error);
    default:
      return new HubProblem('down', detail, error);
  }
}

function statusOf(error: unknown): number | undefined {
  const status: unknown = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function onLine(): boolean {
  return navigator.onLine;
}
