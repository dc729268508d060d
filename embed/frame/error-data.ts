/** Whatever was thrown, as the engine's own errors are: a code, and words for a person. */
import type { EngineErrorCode, EngineErrorData } from '../../engine/api.ts';

/** An error of the frame's own. */
export class FrameError extends Error implements EngineErrorData {
  override readonly name = 'FrameError';
  readonly code: EngineErrorCode;

  constructor(code: EngineErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Errors cross the worker's boundary as plain data. */
export function toErrorData(error: unknown): EngineErrorData {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
    const { code, message } = error;
    if (typeof code === 'string' && typeof message === 'string') return error as EngineErrorData;
  }
  if (error instanceof DOMException && error.name === 'AbortError') return { code: 'aborted', message: 'Stopped.' };
  const detail = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message: 'Something went wrong inside Mixtab. Reload the page and try again.', detail };
}
