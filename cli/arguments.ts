import { parseArgs } from 'node:util';
import type { GenerateRequest, KvCacheFormat, Prompt } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import { readMessages } from './messages.ts';
import { routingOf } from './routing.ts';

export const USAGE =
  'Usage: npm run --silent generate -- --model FILE [--prompt TEXT | --messages FILE | --tokens 1,2,3] [--raw] ' +
  '[--thinking on|off|EFFORT] [--thinking-limit N] [--max-tokens N] ' +
  '[--temperature T] [--top-k K] [--top-p P] [--min-p P] [--repetition-penalty R] [--seed S] [--context N] ' +
  '[--kv-cache f16|f32|q8_0] [--logprobs K] [--prompt-logprobs K] [--trace] [--tune] ' +
  '[--mute LAYER:EXPERT,…] [--boost LAYER:EXPERT=AMOUNT,…] [--experts-used N] [--json]';

export interface CommandLine {
  readonly model: string;
  readonly request: GenerateRequest;
  readonly contextLength?: number;
  readonly kvCache?: KvCacheFormat;
  readonly json: boolean;
  /** Whether the kernels' shapes are measured first. */
  readonly tune: boolean;
}

/** @throws EngineError `bad-request` */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = parse(args);
  if (values.model === undefined) throw new EngineError('bad-request', `--model is missing. ${USAGE}`);
  const number = (name: keyof typeof values): number | undefined => {
    const text = values[name];
    if (typeof text !== 'string') return undefined;
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value))
      throw new EngineError('bad-request', `--${name} wants a number, not "${text}".`);
    return value;
  };
  const given = <K extends string>(key: K, value: number | undefined): Partial<Record<K, number>> =>
    value === undefined ? {} : ({ [key]: value } as Record<K, number>);
  const kvCache = values['kv-cache'];
  if (kvCache !== undefined && kvCache !== 'f16' && kvCache !== 'f32' && kvCache !== 'q8_0')
    throw new EngineError('bad-request', `--kv-cache is f16, f32 or q8_0, not "${kvCache}".`);
  return {
    model: values.model,
    json: values.json ?? false,
    tune: values.tune ?? false,
    ...(kvCache && { kvCache }),
    ...given('contextLength', number('context')),
    request: {
      prompt: promptOf(values),
      sampling: {
        ...given('temperature', number('temperature')),
        ...given('topK', number('top-k')),
        ...given('topP', number('top-p')),
        ...given('minP', number('min-p')),
        ...given('repetitionPenalty', number('repetition-penalty')),
        ...given('seed', number('seed')),
      },
      ...thinkingOf(values.thinking, number('thinking-limit')),
      ...given('maxTokens', number('max-tokens')),
      ...given('logprobs', number('logprobs')),
      ...given('promptLogprobs', number('prompt-logprobs')),
      trace: values.trace ?? false,
      ...routingOf(values.mute, values.boost, number('experts-used')),
    },
  };
}

// The return type is what the options below say.
// eslint-disable-next-line @typescript-eslint/explicit-function-return-type
function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        model: text,
        prompt: text,
        messages: text,
        tokens: text,
        raw: flag,
        thinking: text,
        'thinking-limit': text,
        'max-tokens': text,
        temperature: text,
        'top-k': text,
        'top-p': text,
        'min-p': text,
        'repetition-penalty': text,
        seed: text,
        context: text,
        'kv-cache': text,
        logprobs: text,
        'prompt-logprobs': text,
        trace: flag,
        tune: flag,
        mute: text,
        boost: text,
        'experts-used': text,
        json: flag,
      },
    }).values;
  } catch (error) {
    throw new EngineError('bad-request', `${error instanceof Error ? error.message : String(error)} ${USAGE}`);
  }
}

function thinkingOf(mode: string | undefined, limit: number | undefined): Pick<GenerateRequest, 'thinking'> {
  if (mode === undefined && limit === undefined) return {};
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 0))
    throw new EngineError('bad-request', `--thinking-limit wants a whole number of tokens, not "${limit}".`);
  return { thinking: { ...(mode !== undefined && { mode }), ...(limit !== undefined && { limit }) } };
}

function promptOf(values: {
  readonly prompt?: string | undefined;
  readonly messages?: string | undefined;
  readonly tokens?: string | undefined;
  readonly raw?: boolean | undefined;
}): Prompt {
  if (values.tokens !== undefined) {
    const tokens = values.tokens.split(',').map((id) => (id.trim() === '' ? NaN : Number(id)));
    return { kind: 'tokens', tokens };
  }
  if (values.messages !== undefined) return { kind: 'chat', messages: readMessages(values.messages) };
  if (values.prompt === undefined)
    throw new EngineError('bad-request', `--prompt, --messages or --tokens is missing. ${USAGE}`);
  return values.raw
    ? { kind: 'text', text: values.prompt }
    : { kind: 'chat', messages: [{ role: 'user', content: values.prompt }] };
}
