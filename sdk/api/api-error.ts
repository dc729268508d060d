import type { EngineErrorCode, EngineErrorData } from '../../engine/api.ts';
import type { ErrorBody } from './types.ts';

interface ErrorFacts {
  readonly type: string;
  readonly code: string | null;
  readonly param?: string | null;
  /** Whether the same request may go well a little later; clients of OpenAI's try again where they are not told otherwise. */
  readonly mayRetry?: boolean;
}

/** An error in OpenAI's shape: what an HTTP answer would have as its status and body. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  /** The field that is wrong, such as `messages[0].role`. */
  readonly param: string | null;
  readonly mayRetry: boolean;

  constructor(status: number, message: string, { type, code, param = null, mayRetry = false }: ErrorFacts) {
    super(message);
    this.status = status;
    this.type = type;
    this.code = code;
    this.param = param;
    this.mayRetry = mayRetry;
  }

  /** What OpenAI's own errors have under this name, and HTTP answers in their body. */
  get error(): ErrorBody['error'] {
    const { message, type, param, code } = this;
    return { message, type, param, code };
  }
}

/** Something is wrong with the request: status 400 unless told otherwise. */
export function badRequest(message: string, param: string | null, code: string | null = null, status = 400): ApiError {
  return new ApiError(status, message, { type: 'invalid_request_error', code, param });
}

/** Status, type and whether to try again, of what the engine may say. */
const ENGINE_ERRORS: {
  readonly [Code in Exclude<EngineErrorCode, 'aborted'>]: readonly [status: number, mayRetry: boolean, code?: string];
} = {
  'bad-request': [400, false, 'invalid_value'],
  'context-full': [400, false, 'context_length_exceeded'],
  'template-limit': [400, false],
  'not-loaded': [503, true],
  busy: [503, true],
  'engine-ended': [503, true],
  'device-lost': [503, true],
  'no-webgpu': [500, false],
  'out-of-memory': [500, false],
  'not-gguf': [500, false],
  'corrupt-file': [500, false],
  'unsupported-architecture': [500, false],
  'unsupported-tensor-type': [500, false],
  'unsupported-tokenizer': [500, false],
  network: [500, false],
  'source-changed': [500, false],
  quota: [500, false],
  'wrong-content': [500, false],
  internal: [500, false],
};

/** What the engine threw, in OpenAI's shape. What was stopped is an AbortError, as with any `fetch`. */
export function errorFromEngine(error: unknown): Error {
  if (error instanceof ApiError || isAbort(error)) return error;
  const { code, message } = isEngineError(error)
    ? error
    : { code: 'internal' as const, message: error instanceof Error ? error.message : String(error) };
  if (code === 'aborted') return abortError();
  const [status, mayRetry, name = code.replaceAll('-', '_')] = ENGINE_ERRORS[code];
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return new ApiError(status, message, { type, code: name, mayRetry });
}

export function abortError(): DOMException {
  return new DOMException('The request was stopped.', 'AbortError');
}

export function isAbort(error: unknown): error is DOMException {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** Errors of the engine cross worker boundaries as plain data. */
function isEngineError(error: unknown): error is EngineErrorData {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false;
  const { code, message } = error;
  return typeof message === 'string' && typeof code === 'string' && isEngineCode(code);
}

export function isEngineCode(code: string): code is EngineErrorCode {
  return code === 'aborted' || Object.hasOwn(ENGINE_ERRORS, code);
}
