import { useEffect, useState } from 'react';
import { useStores } from '../state/stores.tsx';
import { groupFiles, type RepoModel } from './gguf-files.ts';
import { HubProblem, type HubProblemKind } from './hub.ts';

export type RepoState =
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly models: readonly RepoModel[] }
  | { readonly kind: 'failed'; readonly problem: HubProblemKind };

/** The GGUF models of a repository on the hub. */
export function useRepo(repo: string, revision: string): { readonly state: RepoState; retry(): void } {
  const { hub } = useStores();
  const [state, setState] = useState<RepoState>({ kind: 'reading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const asking = new AbortController();
    setState({ kind: 'reading' });
    const read = async (): Promise<void> => {
      try {
        const models = groupFiles(await hub.listFiles(repo, revision, asking.signal));
        if (!asking.signal.aborted) setState({ kind: 'read', models });
      } catch (error) {
        if (asking.signal.aborted) return;
        setState({ kind: 'failed', problem: error instanceof HubProblem ? error.kind : 'unreachable' });
      }
    };
    void read();
    return () => asking.abort();
  }, [hub, repo, revision, attempt]);
  return { state, retry: () => setAttempt((count) => count + 1) };
}
