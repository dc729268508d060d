// CPU twins of what a feed-forward does with its projections.
import type { ActivationFunction } from '../kernels/activations.ts';

export function silu(value: number): number {
  return value / (1 + Math.exp(-value));
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
      return 0.5 * gate * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (gate + 0.044715 * gate ** 3))) * up;
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
