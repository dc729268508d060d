import type { Page } from '@playwright/test';
import type { ContenderName, Task } from './page/contender.ts';
import { processorMs } from './processor-time.ts';
import { highest, median, processorMsOf, type Rates, ratesOf, ratio, type Round, type TimedRun } from './rates.ts';

export interface RaceOptions {
  readonly modelUrl: string;
  readonly rounds: number;
  /** Tokens of each prompt and of each answer. */
  readonly prefill: number;
  readonly decode: number;
  readonly temperature: number;
}

/** One contender's rounds: tokens per second, and processor milliseconds per token. */
interface Summary {
  readonly best: Rates;
  readonly median: Rates;
  readonly processorMs?: Rates;
}

const CONTENDERS: readonly ContenderName[] = ['mixtab', 'wllama'];

/** Prompts tried a round, for the sake of models that end their answers early. */
const TRIES_PER_ROUND = 4;

/** An answer shorter than this says nothing about speed. */
const MIN_ANSWER_TOKENS = 8;

interface AnsweredPrompt {
  readonly text: string;
  readonly answerTokens: number;
}

/** Both contenders by turns in a page that has `peerBench`. Prints as it goes. */
export async function race(page: Page, options: RaceOptions): Promise<Readonly<Record<string, unknown>>> {
  const { rounds, prefill, temperature } = options;
  for (const name of CONTENDERS) await load(page, name, options.modelUrl);
  const { short, long } = await choosePrompts(page, options);
  // It remembers conversations, and answered the chosen prompts already.
  await load(page, 'mixtab', options.modelUrl);
  await warmUp(page, options);

  const results: Record<ContenderName, Round[]> = { mixtab: [], wllama: [] };
  for (const [i, { text, answerTokens }] of long.entries()) {
    // Who begins changes too.
    for (const name of i % 2 === 0 ? CONTENDERS : CONTENDERS.toReversed()) {
      const round = {
        short: await measure(page, name, { prompt: short[i] ?? '', maxTokens: 1, temperature }),
        long: await measure(page, name, { prompt: text, maxTokens: answerTokens, temperature }),
      };
      for (const [run, outputTokens] of [
        [round.short, 1],
        [round.long, answerTokens],
      ] as const)
        // A BOS token is the same in all prompts, and may be reused.
        if (run.promptTokens < prefill - 1 || run.outputTokens !== outputTokens)
          throw new Error(
            `${name} ran ${run.promptTokens} + ${run.outputTokens} tokens, not ${prefill} + ${outputTokens}`,
          );
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
    temperature,
    tokens: { prefill, decode: long.map(({ answerTokens }) => answerTokens) },
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
 * All different, so that nothing comes from a cache. For the long runs, those that Mixtab answers longest: wllama can be
 * told not to end its turn, Mixtab cannot.
 */
async function choosePrompts(
  page: Page,
  { rounds, prefill, decode, temperature }: RaceOptions,
): Promise<{ readonly short: readonly string[]; readonly long: readonly AnsweredPrompt[] }> {
  let made = 0;
  const next = (): Promise<string> =>
    page.evaluate(([n, tokens]) => globalThis.peerBench.prompt(n, tokens), [made++, prefill] as const);

  const answered: AnsweredPrompt[] = [];
  while (answered.filter(({ answerTokens }) => answerTokens === decode).length < rounds) {
    if (answered.length === rounds * TRIES_PER_ROUND) break;
    const text = await next();
    const { outputTokens } = await measure(page, 'mixtab', { prompt: text, maxTokens: decode, temperature });
    answered.push({ text, answerTokens: outputTokens });
  }
  const long = answered.toSorted((a, b) => b.answerTokens - a.answerTokens).slice(0, rounds);
  const shortest = long.at(-1)?.answerTokens ?? 0;
  if (shortest < Math.min(MIN_ANSWER_TOKENS, decode))
    throw new Error(`The model ends its answers after ${shortest} tokens: a higher --temperature keeps it going`);

  const short: string[] = [];
  while (short.length < rounds) short.push(await next());
  return { short, long };
}

/** With prompts that are none of those that are measured. */
async function warmUp(page: Page, { rounds, prefill, temperature }: RaceOptions): Promise<void> {
  const unused = rounds * (TRIES_PER_ROUND + 1) + 1;
  const prompt = await page.evaluate(([n, tokens]) => globalThis.peerBench.prompt(n, tokens), [
    unused,
    prefill,
  ] as const);
  for (const name of CONTENDERS) await measure(page, name, { prompt, maxTokens: 2, temperature });
}

async function measure(page: Page, name: ContenderName, task: Task): Promise<TimedRun> {
  const before = processorMs();
  const measurement = await page.evaluate(([who, what]) => globalThis.peerBench.measure(who, what), [
    name,
    task,
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
