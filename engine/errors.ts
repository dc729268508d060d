import type { EngineErrorCode, EngineErrorData } from './api.ts';

/** What a file says goes into messages, and a file may say megabytes. Our own longest sentences are a third of it. */
const MAX_MESSAGE_LENGTH = 2_000;
/** A stack, or a compiler's words. */
const MAX_DETAIL_LENGTH = 8_000;
/** Foreign words within a sentence. */
const MAX_QUOTED_LENGTH = 60;

function capped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`;
}

/** Foreign words in quotation marks, short enough for a sentence. */
export function quoted(text: string): string {
  return `"${text.length <= MAX_QUOTED_LENGTH ? text : `${text.slice(0, MAX_QUOTED_LENGTH)}…`}"`;
}

/** An error with a code that the page can act on and a message that a person can. */
export class EngineError extends Error implements EngineErrorData {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly detail?: string;

  constructor(code: EngineErrorCode, message: string, detail?: string) {
    super(capped(message, MAX_MESSAGE_LENGTH));
    this.code = code;
    if (detail !== undefined) this.detail = capped(detail, MAX_DETAIL_LENGTH);
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
  return {
    code: 'internal',
    message: 'Something went wrong inside Mixtab. Reload the page and try again.',
    detail: capped(detail, MAX_DETAIL_LENGTH),
  };
}
