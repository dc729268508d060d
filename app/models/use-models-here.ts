import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { bytes } from '../layout/quantities.ts';
import type { ModelChoice } from '../state/conversation.ts';
import { choiceOf } from '../state/model-choice.ts';
import { useModel, useStores } from '../state/stores.tsx';
import { isBundledUrl } from './bundled.ts';
import { canOpen, storedChoice } from './use-choose-model.ts';

export interface ModelHere {
  readonly choice: ModelChoice;
  /** Its size, or where it lies. */
  readonly hint: string;
}

export function useLoadedChoice(): ModelChoice | null {
  const status = useModel((state) => state.status);
  const bundled = useModel((state) => state.bundled);
  return status.kind === 'ready' ? choiceOf(status.source, status.info, bundled) : null;
}

/** The bundled model, files of this device, and what is stored whole. */
export function useModelsHere(): readonly ModelHere[] {
  const { t } = useTranslation('models');
  const { downloads, disk } = useStores();
  const bundled = useModel((state) => state.bundled);
  const onDisk = useStore(disk, (state) => state.models);
  const storage = useStore(downloads, (state) => state.storage);
  const stored =
    storage.kind === 'read'
      ? storage.report.models.filter(
          (model) => canOpen(model) && !(model.url !== null && isBundledUrl(bundled, model.url)),
        )
      : [];
  return [
    ...(bundled === null
      ? []
      : [
          {
            choice: { name: bundled.name, source: { kind: 'bundled' } } as const,
            hint: `${bytes(bundled.bytes)} · ${t('menu.bundled')}`,
          },
        ]),
    ...onDisk.map(({ id, name }) => ({
      choice: { name, source: { kind: 'disk', id } } as const,
      hint: t('disk.hint'),
    })),
    ...stored.map((model) => ({ choice: storedChoice(model), hint: bytes(model.totalBytes) })),
  ];
}
