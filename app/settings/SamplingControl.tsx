import { Undo2 } from 'lucide-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { decimal } from '../layout/quantities.ts';
import { clamp, OFF, type SamplingField } from './sampling-fields.ts';
import type { ScopedSampling } from './use-scoped-sampling.ts';

interface SamplingControlProps {
  readonly field: SamplingField;
  readonly scoped: ScopedSampling;
}

/** One number: written, or with a slider; what it does; and the way back where it was changed. */
export function SamplingControl({ field, scoped }: SamplingControlProps) {
  const { t } = useTranslation('settings');
  const id = useId();
  const { key, min, max } = field;
  const value = scoped.sampling[key];
  const isOff = field.kind === 'slider' && value === OFF[field.key];
  return (
    <div className="sampling-control" data-changed={scoped.isChanged(key)}>
      <div className="sampling-head">
        <label htmlFor={id}>{t(`fields.${key}.name`)}</label>
        {isOff && <span className="sampling-off">{t('off')}</span>}
        <Revert field={field.key} scoped={scoped} />
        <input
          id={id}
          type="number"
          inputMode={field.kind === 'slider' && field.step < 1 ? 'decimal' : 'numeric'}
          min={min}
          max={max}
          step={field.kind === 'slider' ? field.step : 1}
          value={value ?? ''}
          placeholder={mayBeEmpty(key) ? t(`fields.${key}.placeholder`) : undefined}
          aria-describedby={`${id}-help`}
          onChange={({ target: { value: text, valueAsNumber } }) => {
            if (text === '' && mayBeEmpty(key)) scoped.set({ [key]: null });
            else if (Number.isFinite(valueAsNumber)) scoped.set({ [key]: rounded(clamp(valueAsNumber, field), field) });
          }}
        />
      </div>
      {field.kind === 'slider' && (
        <input
          type="range"
          min={min}
          max={field.sliderMax ?? max}
          step={field.step}
          value={value ?? min}
          aria-label={t(`fields.${key}.name`)}
          aria-valuetext={isOff ? t('off') : decimal(value ?? min)}
          aria-describedby={`${id}-help`}
          onChange={(event) => scoped.set({ [key]: event.target.valueAsNumber })}
        />
      )}
      <p id={`${id}-help`} className="settings-note">
        {t(`fields.${key}.help`)}
      </p>
    </div>
  );
}

function mayBeEmpty(key: SamplingField['key']): key is 'seed' | 'thinkingLimit' {
  return key === 'seed' || key === 'thinkingLimit';
}

/** Whole numbers where only those make sense. */
function rounded(value: number, field: SamplingField): number {
  return field.kind === 'slider' && field.step < 1 ? value : Math.round(value);
}

/** Puts one setting back to what it would be without the change. */
export function Revert({
  field,
  scoped,
}: {
  readonly field: SamplingField['key'] | 'systemPrompt';
  readonly scoped: ScopedSampling;
}) {
  const { t } = useTranslation('settings');
  if (!scoped.isChanged(field)) return null;
  const before = scoped.base[field];
  const value = typeof before === 'number' ? decimal(before) : t('revert.empty');
  const label = field === 'systemPrompt' ? t('revert.text') : t('revert.to', { value });
  return (
    <button
      type="button"
      className="text-button sampling-revert"
      aria-label={t('revert.label', { name: t(`fields.${field}.name`), action: label })}
      onClick={() => scoped.revert([field])}
    >
      <Undo2 size={14} aria-hidden="true" /> {label}
    </button>
  );
}
