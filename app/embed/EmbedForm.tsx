import './embed-dialog.css';
import { createElement, type ReactNode, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes } from '../layout/quantities.ts';
import { Segmented } from '../settings/Segmented.tsx';
import { useModel } from '../state/stores.tsx';
import { useEffectiveSettings } from '../state/use-effective-settings.ts';
import { Snippet } from './Snippet.tsx';
import { modelAttribute, scriptAddress, type SnippetAttributes, snippetOf } from './snippet.ts';

interface Choices {
  readonly prompt: string;
  readonly routing: 'off' | 'on' | 'only';
  readonly theme: 'auto' | 'light' | 'dark';
  readonly height: 'fixed' | 'auto';
  readonly load: 'click' | 'visible';
  readonly hasSettings: boolean;
}

const FIRST: Choices = {
  prompt: '',
  routing: 'on',
  theme: 'auto',
  height: 'fixed',
  load: 'click',
  hasSettings: false,
};

/** Fields, the text to copy, and what it will look like. */
export default function EmbedForm() {
  const { t } = useTranslation('embed');
  const [choices, setChoices] = useState(FIRST);
  const change = (part: Partial<Choices>): void => setChoices((before) => ({ ...before, ...part }));
  const { attributes, isLocal } = useAttributes(choices);
  const script = scriptAddress();
  const prompt = useId();
  return (
    <div className="embed-form">
      <div className="embed-fields">
        <p>{t('dialog.what')}</p>
        {isLocal && <p role="note">{t('dialog.localModel')}</p>}
        <div className="embed-field">
          <label htmlFor={prompt}>{t('dialog.prompt')}</label>
          <input
            id={prompt}
            type="text"
            value={choices.prompt}
            placeholder={t('dialog.promptHint')}
            onChange={({ target }) => change({ prompt: target.value })}
          />
        </div>
        <Field name={t('dialog.routing')}>
          <Segmented
            label={t('dialog.routing')}
            value={choices.routing}
            options={[
              { value: 'off', label: t('dialog.routingOff') },
              { value: 'on', label: t('dialog.routingOn') },
              { value: 'only', label: t('dialog.routingOnly') },
            ]}
            onChange={(routing) => change({ routing })}
          />
        </Field>
        <Field name={t('dialog.theme')}>
          <Segmented
            label={t('dialog.theme')}
            value={choices.theme}
            options={[
              { value: 'auto', label: t('dialog.themeAuto') },
              { value: 'light', label: t('dialog.themeLight') },
              { value: 'dark', label: t('dialog.themeDark') },
            ]}
            onChange={(theme) => change({ theme })}
          />
        </Field>
        <Field name={t('dialog.height')}>
          <Segmented
            label={t('dialog.height')}
            value={choices.height}
            options={[
              { value: 'fixed', label: t('dialog.heightFixed') },
              { value: 'auto', label: t('dialog.heightAuto') },
            ]}
            onChange={(height) => change({ height })}
          />
        </Field>
        <Field name={t('dialog.load')}>
          <Segmented
            label={t('dialog.load')}
            value={choices.load}
            options={[
              { value: 'click', label: t('dialog.loadClick') },
              { value: 'visible', label: t('dialog.loadVisible') },
            ]}
            onChange={(load) => change({ load })}
          />
        </Field>
        <label className="embed-check">
          <input
            type="checkbox"
            checked={choices.hasSettings}
            onChange={({ target }) => change({ hasSettings: target.checked })}
          />
          {t('dialog.settings')}
        </label>
        <Snippet text={snippetOf(script, attributes)} label={t('dialog.snippet')} />
      </div>
      <section className="embed-preview" aria-label={t('dialog.preview')}>
        <h3>{t('dialog.preview')}</h3>
        <Preview script={script} attributes={attributes} />
      </section>
    </div>
  );
}

function Field({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="embed-field">
      <span aria-hidden="true">{name}</span>
      {children}
    </div>
  );
}

/** Of the element, for the present model; whatever is as it would be anyway is left out. */
function useAttributes(choices: Choices): { readonly attributes: SnippetAttributes; readonly isLocal: boolean } {
  const status = useModel((state) => state.status);
  const bundled = useModel((state) => state.bundled);
  const { systemPrompt, temperature, topP, seed, maxTokens } = useEffectiveSettings();
  const source = status.kind === 'none' ? null : status.source;
  const address = source?.kind === 'url' ? source.url : storedAddress(source?.kind === 'stored' ? source.id : null);
  const isBundled = source === null || address === bundled?.url;
  const info = status.kind === 'ready' && !isBundled && address !== null ? status.info : null;
  return {
    isLocal: !isBundled && address === null,
    attributes: {
      model: isBundled || address === null ? null : modelAttribute(address),
      'model-size': info === null ? null : bytes(info.fileBytes),
      prompt: choices.prompt.trim(),
      routing: choices.routing === 'off' ? null : choices.routing,
      theme: choices.theme === 'auto' ? null : choices.theme,
      height: choices.height === 'auto' ? 'auto' : null,
      load: choices.load === 'click' ? null : choices.load,
      ...(choices.hasSettings && {
        ...{ system: systemPrompt, temperature: String(temperature), 'top-p': String(topP) },
        ...{ seed: seed === null ? null : String(seed), 'max-tokens': String(maxTokens) },
      }),
    },
  };
}

/** Keys of stored models are their addresses, but for files of this device. */
function storedAddress(id: string | null): string | null {
  return id !== null && /^https?:/.test(id) ? id : null;
}

/** The very element, from the very script. */
function Preview({ script, attributes }: { readonly script: string; readonly attributes: SnippetAttributes }) {
  useEffect(() => {
    if (customElements.get('mixtab-chat') !== undefined) return;
    const element = document.createElement('script');
    element.src = script;
    document.head.append(element);
  }, [script]);
  const given = Object.entries(attributes).filter(([, value]) => value !== null && value !== '');
  return createElement('mixtab-chat', Object.fromEntries(given));
}
