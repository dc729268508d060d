/**
 * Why a server cannot be asked, as far as a browser lets a page find out. It says of each failure only that it failed; but a request
 * whose answer may not be read (`no-cors`) fails only where nothing answers.
 */
import { isMixedContent, spaceOf } from './address.ts';
import { hostName, ServerFailure, type ServerTarget, withoutTraces } from './http.ts';
import { listModels, type ServerModels } from './models-list.ts';

export type Diagnosis =
  | { readonly kind: 'ok'; readonly found: ServerModels }
  | {
      readonly kind:
        | 'key'
        | 'cors'
        | 'unreachable'
        | 'offline'
        | 'mixed'
        | 'permission'
        | 'policy'
        | 'redirect'
        | 'timeout'
        | 'not-api'
        | 'failed';
      readonly detail: string;
    };

/** What the browser knows, and a test may know better. */
export interface Surroundings {
  readonly page: Pick<Location, 'protocol'>;
  readonly isOnline: () => boolean;
  /** Whether the browser asks before a page reaches its own network, and so lets an encrypted page do so without encryption. */
  readonly asksForLocalNetwork: () => boolean;
  readonly permission: (url: string) => Promise<PermissionState | null>;
}

export const BROWSER: Surroundings = {
  page: location,
  isOnline: () => navigator.onLine,
  asksForLocalNetwork: () => 'targetAddressSpace' in Request.prototype,
  permission: localNetworkPermission,
};

const PROBE_MS = 10_000;

export async function diagnose(
  target: ServerTarget,
  { page, isOnline, asksForLocalNetwork, permission }: Surroundings = BROWSER,
  signal?: AbortSignal,
): Promise<Diagnosis> {
  const { url } = target;
  const space = spaceOf(new URL(url).hostname);
  const failed = (kind: Exclude<Diagnosis['kind'], 'ok'>, detail = ''): Diagnosis => ({ kind, detail });
  if (isMixedContent(page, url) && !(space === 'local' && asksForLocalNetwork())) return failed('mixed');
  if (space !== 'public' && (await permission(url)) === 'denied') return failed('permission');
  if (space !== 'loopback' && !isOnline()) return failed('offline');

  const refused = watchPolicy(hostName(url));
  try {
    return { kind: 'ok', found: await listModels(target, signal) };
  } catch (error) {
    signal?.throwIfAborted();
    const failure = error instanceof ServerFailure ? error : null;
    const detail = failure?.detail ?? (error instanceof Error ? error.message : String(error));
    const kind = failure?.kind ?? 'unreachable';
    switch (kind) {
      case 'key':
        return failed('key', detail);
      case 'redirect':
        return failed('redirect', detail);
      case 'timeout':
        return failed('timeout', detail);
      case 'not-found':
      case 'not-understood':
        return failed('not-api', detail);
      case 'refused':
      case 'overloaded':
      case 'broken':
        return failed('failed', detail);
      case 'unreachable':
        if (await refused.happened()) return failed('policy', detail);
        if (space !== 'public' && (await permission(url)) === 'denied') return failed('permission', detail);
        if (await answers(url, signal)) return failed('cors', detail);
        return failed(isMixedContent(page, url) ? 'mixed' : 'unreachable', detail);
      default:
        return kind satisfies never;
    }
  } finally {
    refused.stop();
  }
}

/** Whether anything answers there, whoever may read it. */
async function answers(url: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const signals = [AbortSignal.timeout(PROBE_MS), ...(signal === undefined ? [] : [signal])];
    await fetch(`${url}/models`, {
      ...withoutTraces(url),
      mode: 'no-cors',
      // Only this may be asked without leave, and what it leads to need not be read.
      redirect: 'follow',
      signal: AbortSignal.any(signals),
    });
    return true;
  } catch {
    return false;
  }
}

/** Chrome's names of the permission, the newest first; other browsers have none. */
async function localNetworkPermission(url: string): Promise<PermissionState | null> {
  const space = spaceOf(new URL(url).hostname);
  for (const name of [space === 'loopback' ? 'loopback-network' : 'local-network', 'local-network-access']) {
    try {
      return (await navigator.permissions.query({ name: name as PermissionName })).state;
    } catch {
      // Not known here.
    }
  }
  return null;
}

/** Hears whether the content security policy of the page, or of its host, refuses a request. */
function watchPolicy(host: string): { happened(): Promise<boolean>; stop(): void } {
  let isRefused = false;
  const listen = (event: SecurityPolicyViolationEvent): void => {
    isRefused ||= event.effectiveDirective === 'connect-src' && event.blockedURI.includes(host);
  };
  document.addEventListener('securitypolicyviolation', listen);
  return {
    // The event comes in a task of its own.
    happened: async () => {
      await new Promise((resolve) => setTimeout(resolve));
      return isRefused;
    },
    stop: () => document.removeEventListener('securitypolicyviolation', listen),
  };
}
