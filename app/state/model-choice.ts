/** The model of a conversation, and how it is loaded. */
import type { EngineErrorData, ModelInfo, ModelSource } from '../../engine/api.ts';
import { type BundledModel, bundledSource } from '../models/bundled.ts';
import { t } from '../i18n/i18n.ts';
import { hostOf } from '../models/hosts-store.ts';
import type { ModelChoice } from './conversation.ts';

/** How a conversation remembers a loaded model. Files are in the store once they are loaded, and are found there again. */
export function choiceOf(source: ModelSource, info: ModelInfo, bundled: BundledModel | null): ModelChoice {
  const { name } = info;
  switch (source.kind) {
    case 'url':
      return { name, source: source.url === bundled?.url ? { kind: 'bundled' } : source };
    case 'stored':
      return { name, source };
    case 'file':
      if (source.disk !== undefined) return { name, source: { kind: 'disk', id: source.disk } };
      return { name, source: { kind: 'stored', id: info.id } };
    default:
      return source satisfies never;
  }
}

export function isSameChoice(a: ModelChoice, b: ModelChoice): boolean {
  switch (a.source.kind) {
    case 'bundled':
      return b.source.kind === 'bundled';
    case 'url':
      return b.source.kind === 'url' && a.source.url === b.source.url;
    case 'stored':
      return b.source.kind === 'stored' && a.source.id === b.source.id;
    case 'server':
      return b.source.kind === 'server' && a.source.url === b.source.url && a.source.model === b.source.model;
    case 'disk':
      return b.source.kind === 'disk' && a.source.id === b.source.id;
    default:
      return a.source satisfies never;
  }
}

/** Where a model's files on this device are found (see `models/disk/disk-store.ts`). */
export interface DiskSources {
  /**
   * Asks the person where the browser wants them asked, or where the files are gone or others.
   * @param isAsked the person has just asked for this very model: the browser's own question may come at once
   */
  find(id: string, name: string, isAsked: boolean): Promise<ModelSource | EngineErrorData>;
  /** Without asking anybody: null where that is not enough. */
  peek(id: string): Promise<ModelSource | null>;
  nameOf(id: string): Promise<string | null>;
}

/** For tests, and where no files are kept. */
export const NO_DISK: DiskSources = {
  find: async () => ({ code: 'not-loaded', message: t('models:disk.unknown') }),
  peek: async () => null,
  nameOf: async () => null,
};

export function isSource(found: ModelSource | EngineErrorData): found is ModelSource {
  return 'kind' in found;
}

/** The error is {@link NOT_BUNDLED}, or that of {@link DiskSources.find}. */
export async function sourceOf(
  { source, name }: ModelChoice,
  bundled: BundledModel | null,
  disk: DiskSources,
  isAsked: boolean,
): Promise<ModelSource | EngineErrorData> {
  switch (source.kind) {
    case 'bundled':
      return bundled === null ? NOT_BUNDLED : bundledSource(bundled);
    case 'server': // loads nothing here
      return NOT_BUNDLED;
    case 'disk':
      return disk.find(source.id, name, isAsked);
    case 'url':
    case 'stored':
      return source;
    default:
      return source satisfies never;
  }
}

/** Of a page that comes without a model. */
export const NOT_BUNDLED: EngineErrorData = {
  code: 'not-loaded',
  message:
    'This conversation was held with the bundled model, and this copy of Mixtab comes without one. Choose another.',
};

/** The error of a model whose host the person does not want to be asked. */
export function notAgreed(url: string): EngineErrorData {
  return { code: 'not-loaded', message: t('models:hosts.refused', { host: hostOf(url) ?? url }) };
}
