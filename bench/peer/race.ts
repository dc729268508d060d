import type { Page } from '@playwright/test';
import type { ContenderName } from './page/contender.ts';
import { processorMs } from './processor-time.ts';
import { highest, median, processorMsOf, type Rates, ratesOf, ratio, type Round, type TimedRun } from './rates.ts';

export interface RaceOptions {
  readonly modelUrl: string;
  readonly rounds: number;
  /** Tokens of each prompt and of each answer. */
  readonly prefill: number;
  readonly decode: number;
}

/** One contender's rounds: tokens per second, and processor milliseconds per token. */
interface Summary {
  readonly best: Rates;
  readonly median: Rates;
  readonly processorMs?: Rates;
}

const CONTENDERS: readonly ContenderName[] = ['mixtab', 'wllama'];

/** A prompt after which the model ends its answer early is passed over; with this many of them, something else is wrong. */
const MAX_PROMPTS_TRIED = 40;

/** Both contenders by turns in a page that has `peerBench`. Prints as it goes. */
export async function race(page: Page, options: RaceOptions): Promise<Readonly<Record<string, unknown>>> {
  const { rounds, prefill, decode } = options;
  for (const name of CONTENDERS) await load(page, name, options.modelUrl);
  const { short, long } = await choosePrompts(page, options);

  const results: Record<ContenderName, Round[]> = { mixtab: [], wllama: [] };
  for (let i = 0; i < rounds; i++) {
    // Who begins changes too.
    for (const name of i % 2 === 0 ? CONTENDERS : CONTENDERS.toReversed()) {
      const round = {
        short: await measure(page, name, short[i] ?? '', 1),
        long: await measure(page, name, long[i] ?? '', decode),
      };
      for (const { promptTokens, outputTokens } of [round.short, round.long])
        // A BOS token is the same in all prompts, and may be reused.
        if (promptTokens < prefill - 1 || (outputTokens !== 1 && outputTokens !== decode))
          throw new Error(`${name} ran ${promptTokens} and ${outputTokens} tokens, not ${prefill} and ${decode}`);
      results[name].push(round);
      console.log(`round ${i + 1}, ${name.padEnd(6)}: ${inWords(ratesOf(round))}`);
    }
  }
  const mixtab = summarize(results.mixtab);
  const wllama = summarize(results.wllama);
  print('mixtab', mixtab);
  print('wllama', wllama);
  return {
    rounds,
    tokens: { prefill, decode },
    mixtab: mixtab.best,
    wllama: wllama.best,
    ratio: ratio(mixtab.best, wllama.best),
    median: { mixtab: mixtab.median, wllama: wllama.median, ratio: ratio(mixtab.median, wllama.median) },
    processorMsPerToken: { mixtab: mixtab.processorMs, wllama: wllama.processorMs },
  };
}

async function load(page: Page, name: ContenderName, modelUrl: string): Promise<void> {
  const started = performance.now();
  await page.evaluate(([who, url]) => globalThis.peerBench.load(who, url), [name, modelUrl] as const);
  console.log(`${name} loaded in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/**
 * All different, so that nothing comes from a cache. For the long runs, those after which Mixtab does not end its turn
 * early: wllama can be told to go on, Mixtab cannot. Warms both up.
 */
async function choosePrompts(
  page: Page,
  { rounds, prefill, decode }: RaceOptions,
): Promise<{ readonly short: readonly string[]; readonly long: readonly string[] }> {
  let tried = 0;
  const next = (): Promise<string> =>
    page.evaluate(([n, tokens]) => globalThis.peerBench.prompt(n, tokens), [tried++, prefill] as const);

  const long: string[] = [];
  while (long.length < rounds) {
    if (tried === MAX_PROMPTS_TRIED) throw new Error(`The model ends its answers before ${decode} tokens`);
    const prompt = await next();
    const { outputTokens } = await measure(page, 'mixtab', prompt, decode);
    if (outputTokens === decode) long.push(prompt);
  }
  const short: string[] = [];
  while (short.length < rounds) short.push(await next());
  await measure(page, 'wllama', await next(), 1);
  return { short, long };
}

async function measure(page: Page, name: ContenderName, prompt: string, maxTokens: number): Promise<TimedRun> {
  const before = processorMs();
  const measurement = await page.evaluate(([who, text, tokens]) => globalThis.peerBench.measure(who, text, tokens), [
    name,
    prompt,
    maxTokens,
  ] as const);
  const after = processorMs();
  return before === undefined || after === undefined ? measurement : { ...measurement, processorMs: after - before };
}

function summarize(rounds: readonly Round[]): Summary {
  const rates = rounds.map(ratesOf);
  const processor = rounds.map(processorMsOf).filter((ms) => ms !== undefined);
  return {
    best: highest(rates),
    median: median(rates),
    ...(processor.length > 0 && { processorMs: median(processor) }),
  };
}

function print(name: ContenderName, summary: Summary): void {
  console.log(`${name.padEnd(6)}: median ${inWords(summary.median)}; best ${inWords(summary.best)}`);
  if (summary.processorMs === undefined) return;
  const { prefill, decode } = summary.processorMs;
  console.log(`        processor time a token: prefill ${prefill.toFixed(1)}, decode ${decode.toFixed(1)} ms`);
}

function inWords({ prefill, decode }: Rates): string {
  return `prefill ${prefill.toFixed(1)}, decode ${decode.toFixed(1)} tokens/s`;
}
