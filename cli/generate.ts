// The engine in Node: `npm run --silent generate -- --model FILE --prompt TEXT`. See `cli/arguments.ts` for the options.
import type { Channel, GeneratedToken, GenerateEvent, GenerateTimings } from '../engine/api.ts';
import { toErrorData } from '../engine/errors.ts';
import { generate } from '../engine/generate/generate.ts';
import type { LoadedModel } from '../engine/generate/load-model.ts';
import type { Gpu } from '../engine/gpu/device.ts';
import { parseCommandLine, type CommandLine } from './arguments.ts';
import { openNodeModel } from './node-engine.ts';
import { tuneKernels } from './tune-kernels.ts';

async function main(): Promise<void> {
  const command = parseCommandLine(process.argv.slice(2));
  const started = performance.now();
  const { contextLength, kvCache } = command;
  const options = { ...(contextLength !== undefined && { contextLength }), ...(kvCache && { kvCache }) };
  const { model, gpu } = await openNodeModel(command.model, options);
  const loadMs = performance.now() - started;
  const tuning = command.tune ? await tuneKernels(gpu, model.text.session) : undefined;

  // What the file recommends, where the command says nothing else.
  const request = { ...command.request, sampling: { ...model.facts.sampling, ...command.request.sampling } };
  const events: GenerateEvent[] = [];
  for await (const event of generate(model.text, request, stopAtInterrupt())) {
    events.push(event);
    if (event.type === 'token' && !command.json) writePart(event.token);
  }
  process.stdout.write(
    command.json
      ? `${JSON.stringify({ ...(report(command, model, gpu, events, loadMs) as object), ...(tuning && { tuning }) })}\n`
      : '\n',
  );
}

let written: GeneratedToken | undefined;

/** The answer goes to stdout, all else to stderr, as what is piped on is to be the answer alone. */
function writePart(token: GeneratedToken): void {
  if (token.text === '') return;
  const out = token.channel === 'answer' ? process.stdout : process.stderr;
  if (written === undefined ? token.channel !== 'answer' : written.channel !== token.channel)
    process.stderr.write(`${written === undefined ? '' : '\n'}[${token.channel}]\n`);
  out.write(token.text);
  written = token;
}

/** Ctrl-C ends the answer; a second one the process. */
function stopAtInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

function report(
  { request }: CommandLine,
  { facts, text }: LoadedModel,
  gpu: Gpu,
  events: readonly GenerateEvent[],
  loadMs: number,
): unknown {
  const { architecture, parameters, activeParameters, experts, expertsUsed, moeLayers, quantization } = facts;
  const prompt = events.find((event) => event.type === 'prompt');
  const done = events.find((event) => event.type === 'done');
  const tokens = events.filter((event) => event.type === 'token').map(({ token }) => token);
  return {
    model: { architecture, parameters, activeParameters, experts, expertsUsed, moeLayers, quantization },
    prompt: { tokens: prompt?.tokens, ...(prompt?.logprobs && { logprobs: prompt.logprobs }) },
    output: {
      text: textOf(tokens, 'answer'),
      reasoning: textOf(tokens, 'reasoning'),
      ...(tokens.some(({ channel }) => channel === 'tool-call') && { toolCalls: textOf(tokens, 'tool-call') }),
      tokens: tokens.map((token) => outputToken(token, text.session.model.routed.length, request.trace ?? false)),
      finishReason: done?.finishReason,
    },
    timings: { loadMs: Math.round(loadMs), ...(done && speeds(done.timings)) },
    device: gpu.report,
  };
}

function textOf(tokens: readonly GeneratedToken[], channel: Channel): string {
  return tokens.map((token) => (token.channel === channel ? token.text : '')).join('');
}

/** `experts` has a row of { id, weight } for each layer of `moeLayers`: layers and experts are counted as the page and `--mute` do. */
function outputToken(token: GeneratedToken, layers: number, trace: boolean): unknown {
  const { id, channel, text, logprob, top = [], routing } = token;
  if (!trace || routing === undefined) return { id, channel, text, logprob, top };
  const used = routing.experts.length / Math.max(1, layers);
  const experts = Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: used }, (__, choice) => ({
      id: routing.experts[layer * used + choice],
      weight: routing.weights[layer * used + choice],
    })),
  );
  return { id, channel, text, logprob, top, experts };
}

function speeds(timings: GenerateTimings): { prefillTokensPerSecond: number; decodeTokensPerSecond: number } {
  const { promptTokens, reusedTokens, prefillMs, outputTokens, decodeMs } = timings;
  const perSecond = (count: number, ms: number): number => (ms > 0 ? Math.round((count / ms) * 1e5) / 100 : 0);
  return {
    prefillTokensPerSecond: perSecond(promptTokens - reusedTokens, prefillMs),
    // The first token belongs to the prefill.
    decodeTokensPerSecond: perSecond(Math.max(0, outputTokens - 1), decodeMs),
  };
}

try {
  await main();
  process.exitCode = 0;
} catch (error) {
  const { code, message, detail } = toErrorData(error);
  // One line: what is wrong and what would be right. Only for our own mistakes the details are of use to anyone.
  const line = code === 'internal' ? `${message} ${detail ?? ''}` : message;
  process.stderr.write(`${line.replaceAll(/\s*\n\s*/g, ' ').trim()}\n`);
  process.exitCode = 1;
}
// Dawn keeps the process alive as long as a device does.
process.stdout.write('', () => process.exit());
