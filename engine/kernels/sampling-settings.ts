import type { Sampling } from '../api.ts';
import { EngineError } from '../errors.ts';

/** {@link Sampling} with every value present and in its range. */
export interface SamplingSettings {
  /** 0: the highest logit wins, and the filters do nothing. */
  readonly temperature: number;
  /** 0: off. */
  readonly topK: number;
  /** 1: off. */
  readonly topP: number;
  /** 0: off. */
  readonly minP: number;
  /** 1: off. */
  readonly repetitionPenalty: number;
}

/**
 * Fills in what a request leaves out.
 * @throws EngineError `bad-request`
 */
export function samplingSettings(sampling: Sampling): SamplingSettings {
  return {
    temperature: checked('temperature', sampling.temperature ?? 0, 0, Infinity),
    topK: Math.floor(checked('topK', sampling.topK ?? 0, 0, Number.MAX_SAFE_INTEGER)),
    topP: checked('topP', sampling.topP ?? 1, 0, 1),
    minP: checked('minP', sampling.minP ?? 0, 0, 1),
    // Below this a penalty would divide by zero; it is below 1 only for those who want repetition.
    repetitionPenalty: checked('repetitionPenalty', sampling.repetitionPenalty ?? 1, 0.01, 100),
  };
}

function checked(name: keyof Sampling, value: number, min: number, max: number): number {
  if (value >= min && value <= max && Number.isFinite(value)) return value;
  throw new EngineError('bad-request', `The sampling setting ${name} must be between ${min} and ${max}, not ${value}.`);
}
