import type { GenerateRequest, ModelInfo, Sampling, SamplingDefaults } from '../../engine/api.ts';
import type * as v from 'valibot';
import { badRequest } from './api-error.ts';
import { routingRequestOf, type Steering } from './steering.ts';

/** What of a model decides how it is asked. */
export type ModelManner = Pick<ModelInfo, 'sampling' | 'thinking'>;

/** Where neither the request nor the model's file says anything: what the page takes too (its preset "Balanced"). */
const USUAL_SAMPLING: SamplingDefaults = { temperature: 0.7, topP: 0.95, minP: 0.05 };

type Given<T> = T | null | undefined;

/** Fields of a request that chats and completions have in common. */
interface GenerationBody {
  readonly temperature?: Given<number>;
  readonly top_p?: Given<number>;
  readonly top_k?: Given<number>;
  readonly min_p?: Given<number>;
  readonly repetition_penalty?: Given<number>;
  readonly seed?: Given<number>;
  readonly routing?: Given<v.InferOutput<typeof Steering>>;
  readonly stop?: Given<string | readonly string[]>;
  readonly stream?: Given<boolean>;
  readonly stream_options?: Given<{ readonly include_usage?: Given<boolean> }>;
}

export interface Generation {
  readonly isStreamed: boolean;
  readonly includesUsage: boolean;
  request(model: ModelManner): Pick<GenerateRequest, 'sampling' | 'stop' | 'routing'>;
}

const SEEDS = 2n ** 32n;

/** @throws ApiError status 400 where fields contradict each other */
export function generationOf(body: GenerationBody): Generation {
  const { stop, stream, stream_options } = body;
  const isStreamed = stream ?? false;
  if (stream_options && !isStreamed)
    throw badRequest(`'stream_options' needs 'stream' to be true.`, 'stream_options', 'invalid_value');
  const routing = routingRequestOf(body.routing);
  const stops = typeof stop === 'string' ? [stop] : (stop ?? []);
  return {
    isStreamed,
    includesUsage: stream_options?.include_usage ?? false,
    request: ({ sampling }) => ({
      sampling: { ...USUAL_SAMPLING, ...sampling, ...samplingOf(body) },
      ...(stops.length > 0 && { stop: stops }),
      ...(routing !== undefined && { routing }),
    }),
  };
}

function samplingOf({ temperature, top_p, top_k, min_p, repetition_penalty, seed }: GenerationBody): Sampling {
  return {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof top_p === 'number' && { topP: top_p }),
    ...(typeof top_k === 'number' && { topK: top_k }),
    ...(typeof min_p === 'number' && { minP: min_p }),
    ...(typeof repetition_penalty === 'number' && { repetitionPenalty: repetition_penalty }),
    // The engine's are unsigned and of 32 bits.
    ...(typeof seed === 'number' && { seed: Number(((BigInt(seed) % SEEDS) + SEEDS) % SEEDS) }),
  };
}
