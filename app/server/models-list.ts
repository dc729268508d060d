/** The models that a server offers. */
import * as v from 'valibot';
import { t } from '../i18n/i18n.ts';
import { askServer, hostName, readText, ServerFailure, type ServerTarget, withoutKey } from './http.ts';
import type { KnownModel } from './known-servers.ts';
import { kindOf, type ServerKind } from './server-kinds.ts';

export interface ServerModels {
  readonly kind: ServerKind;
  readonly models: readonly KnownModel[];
}

const MOST_BYTES = 4 * 2 ** 20;
const MOST_MODELS = 2000;
const LONGEST_ID = 500;
const LONGEST_CONTEXT = 2 ** 24;
const TIMEOUT_MS = 10_000;

const Length = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(LONGEST_CONTEXT));
const MaybeLength = v.fallback(v.optional(Length), undefined);
const List = v.object({ data: v.array(v.unknown()) });
const Model = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_ID)),
  owned_by: v.fallback(v.optional(v.string(), ''), ''),
  // vLLM and SGLang.
  max_model_len: MaybeLength,
  // llama-server. What the model was trained for (`n_ctx_train`) says nothing of what is reserved.
  meta: v.fallback(v.optional(v.object({ n_ctx: MaybeLength })), undefined),
  // Of others.
  context_length: MaybeLength,
  context_window: MaybeLength,
});

/** @throws ServerFailure */
export async function listModels(target: ServerTarget, signal?: AbortSignal): Promise<ServerModels> {
  const response = await askServer(target, '/models', {
    timeoutMs: TIMEOUT_MS,
    retries: 0,
    ...(signal !== undefined && { signal }),
  });
  return modelsIn(await readText(response, MOST_BYTES, target), target);
}

export function modelsIn(text: string, target: ServerTarget): ServerModels {
  const list = v.safeParse(List, jsonOf(text));
  if (!list.success) {
    const message = t('server:errors.notApi', { host: hostName(target.url) });
    throw new ServerFailure('not-understood', message, `GET /models: ${withoutKey(text, target.key).slice(0, 200)}`);
  }
  const entries = list.output.data.slice(0, MOST_MODELS).flatMap((entry) => {
    const parsed = v.safeParse(Model, entry, { abortEarly: true });
    return parsed.success ? [parsed.output] : [];
  });
  const byId = new Map(
    entries.map(({ id, max_model_len, meta, context_length, context_window }) => [
      id,
      { id, contextLength: max_model_len ?? meta?.n_ctx ?? context_length ?? context_window ?? null },
    ]),
  );
  return { kind: kindOf(entries[0]?.owned_by ?? '', target.url), models: [...byId.values()] };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
