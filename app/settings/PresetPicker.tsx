import { Pencil, Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OwnPreset } from '../state/settings-store.ts';
import { modelSampling } from '../state/effective-settings.ts';
import { useModel, useSettings } from '../state/stores.tsx';
import { allPresets, matchingPreset, type Preset, PRESET_KEYS, presetSampling } from './presets.ts';
import { Segmented } from './Segmented.tsx';
import type { ScopedSampling } from './use-scoped-sampling.ts';
import { isComposing, leaveToInputMethod } from '../layout/input-method.ts';

type Editing =
  | { readonly kind: 'no' }
  | { readonly kind: 'naming' }
  | { readonly kind: 'renaming'; readonly preset: OwnPreset }
  | { readonly kind: 'deleting'; readonly preset: OwnPreset };

/** Sampling settings by name: the page's and the person's own. */
export function PresetPicker({ scoped: { scope, sampling, set, revert } }: { readonly scoped: ScopedSampling }) {
  const { t } = useTranslation('settings');
  const own = useSettings((state) => state.presets);
  const save = useSettings((state) => state.savePreset);
  const remove = useSettings((state) => state.deletePreset);
  const [editing, setEditing] = useState<Editing>({ kind: 'no' });
  const presets = allPresets(useModel(modelSampling), own);
  const chosen = matchingPreset(sampling, presets);
  const nameOf = (preset: Preset): string => (preset.kind === 'own' ? preset.name : t(`presets.${preset.id}.name`));

  function choose(id: string): void {
    const preset = presets.find((one) => one.id === id);
    // The model's is what holds where nothing is chosen: with another model, that one's.
    if (preset?.kind === 'model' && scope === 'everywhere') revert(PRESET_KEYS);
    else if (preset !== undefined) set(preset.sampling);
    setEditing({ kind: 'no' });
  }

  function finish(name: string): void {
    if (editing.kind === 'renaming') save({ ...editing.preset, name });
    else save({ id: crypto.randomUUID(), name, sampling: presetSampling(sampling) });
    setEditing({ kind: 'no' });
  }

  return (
    <div className="presets">
      <h3>{t('presets.title')}</h3>
      <Segmented
        label={t('presets.title')}
        value={chosen?.id ?? null}
        options={presets.map((preset) => ({ value: preset.id, label: nameOf(preset) }))}
        onChange={choose}
      />
      <p className="settings-note" role="status">
        {chosen === null
          ? t('presets.none')
          : chosen.kind === 'own'
            ? t('presets.own')
            : t(`presets.${chosen.id}.text`)}
      </p>
      {editing.kind === 'naming' || editing.kind === 'renaming' ? (
        <NameForm
          name={editing.kind === 'renaming' ? editing.preset.name : ''}
          onName={finish}
          onCancel={() => setEditing({ kind: 'no' })}
        />
      ) : editing.kind === 'deleting' ? (
        <div className="button-row" role="group" aria-label={t('presets.delete', { name: editing.preset.name })}>
          <button
            type="button"
            className="button button-danger"
            onClick={() => {
              remove(editing.preset.id);
              setEditing({ kind: 'no' });
            }}
          >
            {t('presets.delete', { name: editing.preset.name })}
          </button>
          <button type="button" className="button" onClick={() => setEditing({ kind: 'no' })}>
            {t('presets.keep')}
          </button>
        </div>
      ) : (
        <div className="preset-actions">
          {chosen === null && (
            <button type="button" className="text-button" onClick={() => setEditing({ kind: 'naming' })}>
              <Plus size={16} aria-hidden="true" /> {t('presets.save')}
            </button>
          )}
          {chosen?.kind === 'own' && (
            <>
              <button
                type="button"
                className="text-button"
                onClick={() => setEditing({ kind: 'renaming', preset: withoutKind(chosen) })}
              >
                <Pencil size={16} aria-hidden="true" /> {t('presets.rename')}
              </button>
              <button
                type="button"
                className="text-button"
                onClick={() => setEditing({ kind: 'deleting', preset: withoutKind(chosen) })}
              >
                <Trash2 size={16} aria-hidden="true" /> {t('presets.remove')}
              </button>
            </>
          )}
        </div>
      )}
    </div>
  );
}

function withoutKind({ id, name, sampling }: OwnPreset): OwnPreset {
  return { id, name, sampling };
}

const LONGEST_NAME = 40; // fits a phone's line

interface NameFormProps {
  readonly name: string;
  onName(name: string): void;
  onCancel(): void;
}

function NameForm({ name: before, onName, onCancel }: NameFormProps) {
  const { t } = useTranslation('settings');
  const [name, setName] = useState(before);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  return (
    <form
      className="name-form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (name.trim() !== '') onName(name.trim());
      }}
      onKeyDown={(event) => {
        leaveToInputMethod(event);
        if (event.key !== 'Escape' || isComposing(event)) return;
        event.preventDefault(); // the dialog stays open
        onCancel();
      }}
    >
      <label className="field">
        <span>{t('presets.name')}</span>
        <input
          ref={field}
          dir="auto"
          value={name}
          maxLength={LONGEST_NAME}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
      </label>
      <button type="submit" className="button button-primary" disabled={name.trim() === ''}>
        {t('presets.saveName')}
      </button>
      <button type="button" className="button" onClick={onCancel}>
        {t('cancel')}
      </button>
    </form>
  );
}
