import './settings.css';
import { useId } from 'react';
import { Dialog } from '../layout/Dialog.tsx';
import { type SamplingSettings } from '../state/settings-store.ts';
import { useSettings } from '../state/stores.tsx';

interface Range {
  readonly key: 'temperature' | 'topP' | 'minP' | 'repetitionPenalty';
  readonly label: string;
  readonly help: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value that switches it off, and what that is called. */
  readonly off: readonly [number, string];
}

const RANGES: readonly Range[] = [
  {
    key: 'temperature',
    label: 'Temperature',
    help: 'Higher is more surprising.',
    min: 0,
    max: 2,
    step: 0.05,
    off: [0, '0, always the likeliest'],
  },
  {
    key: 'topP',
    label: 'Top-p',
    help: 'Keep the likeliest tokens up to this sum.',
    min: 0.05,
    max: 1,
    step: 0.05,
    off: [1, 'off'],
  },
  {
    key: 'minP',
    label: 'Min-p',
    help: 'Drop tokens below this share of the likeliest.',
    min: 0,
    max: 0.5,
    step: 0.01,
    off: [0, 'off'],
  },
  {
    key: 'repetitionPenalty',
    label: 'Repetition penalty',
    help: 'Makes recent tokens less likely.',
    min: 1,
    max: 2,
    step: 0.05,
    off: [1, 'off'],
  },
];

const LARGEST_SEED = 2 ** 32 - 1; // the engine takes an unsigned 32-bit number
const LARGEST_TOP_K = 1000;
const LARGEST_MAX_TOKENS = 32_768;

interface SettingsPanelProps {
  readonly isOpen: boolean;
  onClose(): void;
}

export function SettingsPanel({ isOpen, onClose }: SettingsPanelProps) {
  const sampling = useSettings((state) => state.sampling);
  const set = useSettings((state) => state.setSampling);
  const reset = useSettings((state) => state.resetSampling);
  return (
    <Dialog title="Settings" isOpen={isOpen} onClose={onClose}>
      <label className="field">
        <span>System prompt</span>
        <textarea
          rows={3}
          value={sampling.systemPrompt}
          placeholder="What the model should know before every conversation"
          onChange={(event) => set({ systemPrompt: event.target.value })}
        />
      </label>
      {RANGES.map((range) => (
        <RangeField key={range.key} range={range} value={sampling[range.key]} onChange={set} />
      ))}
      <div className="settings-numbers">
        <NumberField
          label="Top-k"
          note="0 is off"
          value={sampling.topK}
          max={LARGEST_TOP_K}
          onChange={(topK) => set({ topK: topK ?? 0 })}
        />
        <NumberField
          label="Seed"
          note="empty: another each time"
          value={sampling.seed}
          max={LARGEST_SEED}
          onChange={(seed) => set({ seed })}
        />
        <NumberField
          label="Most tokens an answer"
          value={sampling.maxTokens}
          min={1}
          max={LARGEST_MAX_TOKENS}
          onChange={(maxTokens) => maxTokens !== null && set({ maxTokens })}
        />
      </div>
      <button type="button" className="button" onClick={reset}>
        Reset to defaults
      </button>
    </Dialog>
  );
}

interface RangeFieldProps {
  readonly range: Range;
  readonly value: number;
  onChange(change: Partial<SamplingSettings>): void;
}

function RangeField({ range: { key, label, help, min, max, step, off }, value, onChange }: RangeFieldProps) {
  const id = useId();
  return (
    <div className="field range-field">
      <label htmlFor={id}>{label}</label>
      <output htmlFor={id}>{value === off[0] ? off[1] : value}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange({ [key]: event.target.valueAsNumber })}
      />
      <small id={`${id}-help`}>{help}</small>
    </div>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly note?: string;
  readonly value: number | null;
  readonly min?: number;
  readonly max: number;
  /** Whole numbers within the bounds, or null for an empty field. */
  onChange(value: number | null): void;
}

function NumberField({ label, note, value, min = 0, max, onChange }: NumberFieldProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        step={1}
        value={value ?? ''}
        onChange={({ target: { value: text, valueAsNumber } }) => {
          if (text === '') onChange(null);
          else if (Number.isFinite(valueAsNumber)) onChange(Math.max(min, Math.min(max, Math.round(valueAsNumber))));
        }}
      />
      {note !== undefined && <small>{note}</small>}
    </label>
  );
}
