import type { EngineErrorCode, EngineErrorData } from './api.ts';

/** An error with a code that the page can act on and a message that a person can. */
export class EngineError extends Error implements EngineErrorData {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly detail?: string;

  constructor(code: EngineErrorCode, message: string, detail?: string) {
    super(message);
    this.code = code;
    if (detail !== undefined) this.detail = detail;
  }
}

/** Any thrown value as plain data: comlink clones it, so class identity is lost on the way. */
export function toErrorData(error: unknown): EngineErrorData {
  if (error instanceof EngineError) {
    const { code, message, detail } = error;
    return detail === undefined ? { code, message } : { code, message, detail };
  }
  if (error instanceof DOMException && error.name === 'AbortError') return { code: 'aborted', message: 'Stopped.' };
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message: 'Something went wrong inside Mixtab. Reload the page and try again.', detail };
}
