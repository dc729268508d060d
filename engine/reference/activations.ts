// CPU twins of what a feed-forward does with its projections.
import type { ActivationFunction } from '../kernels/activations.ts';
import { nearestF16 } from './half-floats.ts';

export function silu(value: number): number {
  return value / (1 + Math.exp(-value));
}

/** From a table of f16s, as llama.cpp has it. */
function gelu(value: number): number {
  if (Math.abs(value) >= 10) return Math.max(value, 0);
  const x = nearestF16(value);
  return nearestF16(0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))));
}

function clamp(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

/** gpt-oss's. */
const OAI = { alpha: 1.702, limit: 7 };

/** What becomes of one number of the gate projection, which those without a gate ignore, and one of the up projection. */
export function activateReference(activation: ActivationFunction, gate: number, up: number): number {
  switch (activation.kind) {
    case 'silu':
      return silu(gate) * up;
    case 'clamped-silu':
      return Math.min(silu(gate), activation.limit) * clamp(up, activation.limit);
    case 'gelu':
      return gelu(gate) * up;
    case 'relu':
      return Math.max(gate, 0) * up;
    case 'squared-relu':
      return Math.max(up, 0) ** 2;
    case 'swiglu-oai': {
      const kept = Math.min(gate, OAI.limit);
      return (kept / (1 + Math.exp(-OAI.alpha * kept))) * (clamp(up, OAI.limit) + 1);
    }
    default:
      return activation satisfies never;
  }
}
