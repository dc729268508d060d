/** Newer browsers have a class of this name, with the two numbers; older ones an exception that is called so. */
interface QuotaExceeded extends DOMException {
  readonly requested: number;
  readonly quota: number;
}

export function quotaExceeded(requested: number, quota: number): QuotaExceeded {
  const message = `The input takes ${requested} tokens, of ${quota} that there are.`;
  const Native = (globalThis as { QuotaExceededError?: new (message: string, options: object) => QuotaExceeded })
    .QuotaExceededError;
  if (Native !== undefined) return new Native(message, { requested, quota });
  return Object.assign(new DOMException(message, 'QuotaExceededError'), { requested, quota });
}
