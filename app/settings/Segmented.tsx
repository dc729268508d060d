import './segmented.css';
import { type ReactNode, useId } from 'react';

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly icon?: ReactNode;
  /** Where the icon says enough to those who see it. */
  readonly isLabelHidden?: boolean;
}

interface SegmentedProps<T extends string> {
  readonly label: string;
  /** Null: none of them. */
  readonly value: T | null;
  readonly options: readonly Option<T>[];
  onChange(value: T): void;
}

/** A choice of one among a few, all in sight: radio buttons, drawn as one bar. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset className="segmented">
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value} data-tooltip={option.isLabelHidden === true ? option.label : undefined}>
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          {option.icon}
          <span className={option.isLabelHidden === true ? 'visually-hidden' : undefined}>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
