import { useTranslation } from 'react-i18next';
import { tokens } from './model-words.ts';

/** Powers of two: what people know from other programs. The model's own length is added. */
const LENGTHS = [1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 131_072, 262_144] as const;

interface ContextSelectProps {
  readonly label: string;
  readonly hint: string;
  /** Null: the engine chooses. */
  readonly value: number | null;
  /** The longest that the model was trained for. */
  readonly longest: number;
  onChange(tokens: number | null): void;
}

export function ContextSelect({ label, hint, value, longest, onChange }: ContextSelectProps) {
  const { t } = useTranslation('models');
  const lengths = new Set<number>([...LENGTHS.filter((length) => length <= longest), longest]);
  if (value !== null) lengths.add(value);
  // A model for short texts: there is nothing to choose from.
  if (lengths.size === 1) return null;
  return (
    <label className="field field-inline">
      <span>
        {label}
        <small>{hint}</small>
      </span>
      <select
        value={value ?? ''}
        onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
      >
        <option value="">{t('preview.automatic')}</option>
        {[...lengths]
          .sort((a, b) => a - b)
          .map((length) => (
            <option key={length} value={length}>
              {tokens(length)}
            </option>
          ))}
      </select>
    </label>
  );
}
