/** Errors from the worker arrive as plain `{ code, message, detail }`: class identity does not survive the boundary. */
import type { EngineErrorData } from '../../engine/api.ts';

export function asEngineError(error: unknown): EngineErrorData {
  if (isEngineErrorData(error)) {
    const { code, message, detail } = error;
    return detail === undefined ? { code, message } : { code, message, detail };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message: 'Something went wrong inside Mixtab. Reload the page and try again.', detail };
}

function isEngineErrorData(error: unknown): error is EngineErrorData {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    typeof error.code === 'string' &&
    'message' in error &&
    typeof error.message === 'string'
  );
}
