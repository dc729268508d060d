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
    default:
      return a.source satisfies never;
  }
}

/** Null where the choice is the bundled model and this page comes without one, or a server, which loads nothing here. */
export function sourceOf({ source }: ModelChoice, bundled: BundledModel | null): ModelSource | null {
  switch (source.kind) {
    case 'bundled':
      return bundled === null ? null : bundledSource(bundled);
    case 'server':
      return null;
    case 'url':
    case 'stored':
      return source;
    default:
      return source satisfies never;
  }
}

/** The error of {@link sourceOf}. */
export const NOT_BUNDLED: EngineErrorData = {
  code: 'not-loaded',
  message:
    'This conversation was held with the bundled model, and this copy of Mixtab comes without one. Choose another.',
};

/** The error of a model whose host the person does not want to be asked. */
export function notAgreed(url: string): EngineErrorData {
  return { code: 'not-loaded', message: t('models:hosts.refused', { host: hostOf(url) ?? url }) };
}
