import { useMemo } from 'react';
import type { ModelSource } from '../../engine/api.ts';
import { t } from '../i18n/i18n.ts';
import { noticeStore } from '../state/notice-store.ts';
import { useStores } from '../state/stores.tsx';
import { type BundledModel, isBundledUrl } from './bundled.ts';

interface OpenModelActions {
  /** @returns what is wrong with the files, or null when the load has begun. */
  openFiles(files: readonly File[]): string | null;
  open(source: ModelSource): void;
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
    const openBundled = (): void => void afterStop(() => model.getState().openBundled());
    const open = (source: ModelSource): void =>
      void afterStop(async () => {
        await model.getState().open(source);
        const { status, bundled } = model.getState();
        if (bundled === null || status.kind !== 'ready' || status.source !== source || isBundled(source, bundled))
          return;
        const back = { label: t('models:opened.back', { name: bundled.name }), run: openBundled };
        noticeStore.getState().say('done', t('models:opened.is', { name: status.info.name }), back);
      });
    return {
      openFiles(files) {
        const models = files.filter((file) => file.name.toLowerCase().endsWith('.gguf'));
        if (models.length === 0) return t('models:open.problems.no-gguf');
        open({ kind: 'file', files: models });
        return null;
      },
      open,
      openBundled,
      reload: () => void afterStop(() => model.getState().reload()),
    };
  }, [chat, model]);
}

function isBundled(source: ModelSource, bundled: BundledModel): boolean {
  return source.kind === 'url' && isBundledUrl(bundled, source.url);
}
