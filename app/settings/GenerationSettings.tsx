import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { PresetPicker } from './PresetPicker.tsx';
import { SAMPLING_FIELDS } from './sampling-fields.ts';
import { ServerNote } from './ServerNote.tsx';
import { Revert, SamplingControl } from './SamplingControl.tsx';
import { ScopeSwitch } from './ScopeSwitch.tsx';
import { useScopedSampling } from './use-scoped-sampling.ts';

export function GenerationSettings() {
  const { t } = useTranslation('settings');
  const scoped = useScopedSampling();
  const id = useId();
  return (
    <>
      <ScopeSwitch scoped={scoped} />
      <ServerNote />
      <div className="sampling-control" data-changed={scoped.isChanged('systemPrompt')}>
        <div className="sampling-head">
          <label htmlFor={id}>{t('fields.systemPrompt.name')}</label>
          <Revert field="systemPrompt" scoped={scoped} />
        </div>
        <textarea
          id={id}
          dir="auto"
          rows={3}
          value={scoped.sampling.systemPrompt}
          placeholder={t('fields.systemPrompt.placeholder')}
          aria-describedby={`${id}-help`}
          onChange={(event) => scoped.set({ systemPrompt: event.target.value })}
        />
        <p id={`${id}-help`} className="settings-note">
          {t('fields.systemPrompt.help')}
        </p>
      </div>
      <PresetPicker scoped={scoped} />
      {SAMPLING_FIELDS.map((field) => (
        <SamplingControl key={field.key} field={field} scoped={scoped} />
      ))}
      <button type="button" className="button" disabled={!scoped.isAnyChanged} onClick={scoped.revertAll}>
        {t(scoped.scope === 'everywhere' ? 'revert.allEverywhere' : 'revert.allConversation')}
      </button>
    </>
  );
}
