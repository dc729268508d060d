import { useMemo } from 'react';
import type { ModelSource } from '../../engine/api.ts';
import { useStores } from '../state/stores.tsx';

interface OpenModelActions {
  /** @returns what is wrong with the address, or null when the load has begun. */
  openUrl(text: string): string | null;
  /** @returns what is wrong with the files, or null when the load has begun. */
  openFiles(files: readonly File[]): string | null;
  openBundled(): void;
  reload(): void;
}

/** Ways to load a model. An answer under way is stopped first. */
export function useOpenModel(): OpenModelActions {
  const { chat, model } = useStores();
  return useMemo(() => {
    const afterStop = async (load: () => Promise<void>): Promise<void> => {
      await chat.getState().stop();
      await load();
    };
    const open = (source: ModelSource): void => void afterStop(() => model.getState().open(source));
    return {
      openUrl(text) {
        const url = parseModelUrl(text);
        if (url === null) return 'This is no http or https address.';
        open({ kind: 'url', url });
        return null;
      },
      openFiles(files) {
        const models = files.filter((file) => file.name.toLowerCase().endsWith('.gguf'));
        if (models.length === 0) return 'These are no GGUF files: their names end in .gguf.';
        open({ kind: 'file', files: models });
        return null;
      },
      openBundled: () => void afterStop(() => model.getState().openBundled()),
      reload: () => void afterStop(() => model.getState().reload()),
    };
  }, [chat, model]);
}

/** The address of the file itself; Hugging Face's page of a file (`/blob/`) becomes its download (`/resolve/`). */
export function parseModelUrl(text: string): string | null {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  if (url.hostname === 'huggingface.co') url.pathname = url.pathname.replace('/blob/', '/resolve/');
  return url.href;
}
