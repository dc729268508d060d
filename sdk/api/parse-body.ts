/** Checks requests at the door: what is not supported, and what nobody knows, is refused by name. */
import * as v from 'valibot';
import { type ApiError, badRequest } from './api-error.ts';
import { MAX_NAME, MAX_STOP_LENGTH, MAX_STOP_TEXTS, MAX_TOKENS } from './limits.ts';

/** Null is as good as nothing. */
export function optional<const TSchema extends v.GenericSchema>(schema: TSchema): v.NullishSchema<TSchema, undefined> {
  return v.nullish(schema);
}

export const Name = v.pipe(v.string(), v.maxLength(MAX_NAME));
export const Whole = (min: number, max: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
export const Between = (min: number, max: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.minValue(min), v.maxValue(max));
export const TokenCount = Whole(1, MAX_TOKENS);

const StopText = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_STOP_LENGTH));

/** Fields that chats and completions have in common. */
export const GENERATION_FIELDS = {
  model: optional(Name),
  temperature: optional(Between(0, 2)),
  top_p: optional(Between(0, 1)),
  top_k: optional(Whole(0, 1000)),
  min_p: optional(Between(0, 1)),
  repetition_penalty: optional(Between(1, 2)),
  seed: optional(v.pipe(v.number(), v.safeInteger())),
  stop: optional(v.union([StopText, v.pipe(v.array(StopText), v.maxLength(MAX_STOP_TEXTS))])),
  stream: optional(v.boolean()),
  stream_options: optional(
    v.strictObject({ include_usage: optional(v.boolean()), include_obfuscation: optional(v.literal(false)) }),
  ),
};

/**
 * Fields of OpenAI's that Mixtab does not have, each with the values that ask for nothing: those are let through, because
 * clients send them as a matter of course.
 */
export type UnsupportedFields = Readonly<Record<string, (value: unknown) => boolean>>;

const only =
  (...allowed: readonly unknown[]) =>
  (value: unknown): boolean =>
    allowed.includes(value);
/** Labels for the caller's own books: they ask for nothing. */
const label = (value: unknown): boolean => typeof value === 'string' && value.length <= MAX_NAME;
const emptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const nothing = (): boolean => false;

/** OpenAI allows 16 pairs. */
const MAX_METADATA = 16;

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const values: unknown[] = Object.values(value);
  return values.length <= MAX_METADATA && values.every(label);
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

export const UNSUPPORTED_ANYWHERE: UnsupportedFields = {
  n: only(1),
  frequency_penalty: only(0),
  presence_penalty: only(0),
  logit_bias: isEmptyObject,
  user: label,
  service_tier: only('auto', 'default'),
};

export const UNSUPPORTED_IN_CHATS: UnsupportedFields = {
  ...UNSUPPORTED_ANYWHERE,
  audio: nothing,
  function_call: only('none', 'auto'),
  functions: emptyList,
  metadata: isMetadata,
  modalities: (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text',
  moderation: nothing,
  parallel_tool_calls: only(true),
  prediction: nothing,
  prompt_cache_key: label,
  prompt_cache_options: nothing,
  prompt_cache_retention: label,
  response_format: (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    'type' in value &&
    value.type === 'text',
  safety_identifier: label,
  store: only(false),
  tool_choice: only('none', 'auto'),
  tools: emptyList,
  verbosity: only('medium'),
  web_search_options: nothing,
};

export const UNSUPPORTED_IN_COMPLETIONS: UnsupportedFields = {
  ...UNSUPPORTED_ANYWHERE,
  best_of: only(1),
  echo: only(false),
  suffix: only(''),
};

/**
 * @param body what came, JSON or an object of a caller in the same program
 * @throws ApiError status 400 that names the field
 */
export function parseBody<const TSchema extends v.GenericSchema>(
  schema: TSchema,
  unsupported: UnsupportedFields,
  body: unknown,
): v.InferOutput<TSchema> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw badRequest('The body of the request must be a JSON object.', null);
  const fields: [string, unknown][] = [];
  for (const [name, value] of Object.entries(body)) {
    // SDKs leave out what is undefined; a caller in the same program may not.
    if (value === undefined) continue;
    const isHarmless = Object.hasOwn(unsupported, name) ? unsupported[name] : undefined;
    if (isHarmless === undefined) fields.push([name, value]);
    else if (value !== null && !isHarmless(value)) throw unsupportedError(name, value);
  }
  const result = v.safeParse(schema, Object.fromEntries(fields), { abortEarly: true });
  if (result.success) return result.output;
  throw errorOf(result.issues[0]);
}

function unsupportedError(name: string, value: unknown): ApiError {
  const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
  const shown = isPlain ? ` (here: ${JSON.stringify(value).slice(0, MAX_SHOWN)})` : '';
  return badRequest(
    `'${name}'${shown} is not supported by Mixtab. Leave it out.`,
    name,
    name === 'n' || name === 'best_of' ? 'unsupported_value' : 'unsupported_parameter',
  );
}

/** Foreign words within a sentence. */
const MAX_SHOWN = 60;

function errorOf(issue: v.BaseIssue<unknown>): ApiError {
  const deepest = innermost(issue);
  const place = [...(issue.path ?? []), ...(deepest === issue ? [] : (deepest.path ?? []))];
  const param = place.reduce(
    (path, { key }) =>
      typeof key === 'number' ? `${path}[${key}]` : path === '' ? String(key) : `${path}.${String(key)}`,
    '',
  );
  if (deepest.expected === 'never')
    return badRequest(
      `Mixtab has no '${param.slice(0, MAX_NAME)}' in requests. Leave it out.`,
      param.slice(0, MAX_NAME),
      'unknown_parameter',
    );
  if (deepest.input === undefined) return badRequest(`'${param}' is missing.`, param, 'missing_required_parameter');
  // Which may repeat what came, however long that is.
  return badRequest(`'${param}' is wrong: ${deepest.message.slice(0, MAX_NAME)}.`, param, 'invalid_value');
}

/** Of a union, the issue of the choice that came farthest. */
function innermost(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
  const nested = (issue.issues ?? []).map(innermost);
  const depth = ({ path }: v.BaseIssue<unknown>): number => path?.length ?? 0;
  const deepest = nested.reduce<v.BaseIssue<unknown> | undefined>(
    (best, one) => (best === undefined || depth(one) > depth(best) ? one : best),
    undefined,
  );
  return deepest !== undefined && depth(deepest) > 0 ? deepest : issue;
}
