// A golden's tokens through two sessions at once, launch by launch: exact, and in f16. Where the f16 one chooses other experts, the
// choice is noted and undone, so that each position and each layer shows what rounding itself does.
import type { Dispatch } from '../../engine/gpu/plan.ts';
import { encodeDispatches } from '../../engine/gpu/plan.ts';
import { readBuffer } from '../../engine/gpu/buffers.ts';
import { logSumExp } from '../../engine/generate/logprobs.ts';
import type { Session } from '../../engine/generate/session.ts';
import { ROUTE } from '../../engine/kernels/router.ts';
import type { Golden } from '../load-golden.ts';
import {
  flipsBetween,
  type Flip,
  isRouter,
  readChoice,
  readScores,
  routesRegion,
  type RouterChoice,
  type Scores,
} from './routing.ts';

/** How far log-probabilities are from llama.cpp's. */
export interface Rounding {
  readonly largest: number;
  readonly mean: number;
  /** Position of the largest. */
  readonly position: number;
  readonly flips: readonly Flip[];
  /** The largest of the exact session, on the way. */
  readonly exact: number;
}

function submit({ gpu: { device } }: Session, dispatches: readonly Dispatch[], tokens: number): void {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  encodeDispatches(pass, dispatches, tokens);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** The launches of a step, cut behind each router. */
function partsOf(plan: readonly Dispatch[]): readonly (readonly Dispatch[])[] {
  const ends = plan.flatMap((dispatch, i) => (isRouter(dispatch) ? [i + 1] : []));
  return [...ends, plan.length].map((end, i) => plan.slice(ends[i - 1] ?? 0, end));
}

interface Routed {
  readonly choice: RouterChoice;
  readonly scores: Scores;
}

/** Leaves the session as `prefill` does. */
async function runExact(session: Session, tokens: readonly number[], position: number): Promise<readonly Routed[]> {
  const { device } = session.gpu;
  session.prefill(tokens, position, false);
  const routed: Routed[] = [];
  for (const part of partsOf(planOf(session, tokens))) {
    submit(session, part, tokens.length);
    const router = part.at(-1);
    if (router === undefined || !isRouter(router)) continue;
    const choice = await readChoice(device, router, tokens.length);
    routed.push({ choice, scores: await readScores(device, router, tokens.length) });
  }
  return routed;
}

function planOf(session: Session, tokens: readonly number[]): readonly Dispatch[] {
  return tokens.length === 1 ? session.layersOfOne : session.prefillDispatches;
}

async function runForced(
  session: Session,
  tokens: readonly number[],
  position: number,
  exact: readonly Routed[],
): Promise<readonly Flip[]> {
  const { device } = session.gpu;
  session.prefill(tokens, position, false);
  const flips: Flip[] = [];
  for (const [i, part] of partsOf(planOf(session, tokens)).entries()) {
    submit(session, part, tokens.length);
    const [router, wanted] = [part.at(-1), exact[i]];
    if (router === undefined || !isRouter(router) || wanted === undefined) continue;
    const found = flipsBetween(wanted.choice, wanted.scores, await readChoice(device, router, tokens.length));
    const { buffer, offset } = routesRegion(router);
    const bytes = wanted.choice.used * ROUTE.bytes;
    for (const { token } of found) {
      device.queue.writeBuffer(buffer, offset + token * bytes, wanted.choice.routes, token * bytes, bytes);
    }
    flips.push(...found.map((flip) => ({ ...flip, token: position + flip.token })));
  }
  return flips;
}

/** f32 [tokens, vocabulary]: after a step of one token by the kernels of decode, else by those of a prompt. */
async function logitsAfter(session: Session, tokens: number): Promise<Float32Array> {
  if (tokens > 1) return await session.logitsOfAll(tokens);
  submit(session, session.decodeDispatches.slice(session.layersOfOne.length), 1);
  return new Float32Array(await readBuffer(session.gpu.device, session.buffers.lastLogits.region));
}

/** Of each log-probability after a step, from llama.cpp's. */
function differences(
  logits: Float32Array,
  { vocabularySize, logprobs }: Golden,
  position: number,
): readonly { readonly position: number; readonly difference: number }[] {
  const tokens = Array.from({ length: logits.length / vocabularySize }, (_, i) => i);
  return tokens.flatMap((i) => {
    const own = logits.subarray(i * vocabularySize, (i + 1) * vocabularySize);
    const normalizer = logSumExp(own);
    return Array.from(own, (logit, id) => {
      const expected = logprobs[(position + i) * vocabularySize + id] ?? NaN;
      return { position: position + i, difference: Math.abs(logit - normalizer - expected) };
    });
  });
}

/** @param chunk tokens of a step: 1 for decode */
export async function roundingOf(exact: Session, rounded: Session, golden: Golden, chunk: number): Promise<Rounding> {
  const { tokens } = golden;
  for (const session of [exact, rounded]) session.memory.rollback(0);
  const flips: Flip[] = [];
  const worst = { largest: 0, position: 0, exact: 0 };
  let sum = 0;
  let count = 0;
  for (let at = 0; at < tokens.length; at += chunk) {
    const some = tokens.slice(at, at + chunk);
    const routed = await runExact(exact, some, at);
    for (const { difference } of differences(await logitsAfter(exact, some.length), golden, at)) {
      // So that a difference that is no number is the largest.
      if (!(difference <= worst.exact)) worst.exact = difference;
    }
    flips.push(...(await runForced(rounded, some, at, routed)));
    for (const { position, difference } of differences(await logitsAfter(rounded, some.length), golden, at)) {
      sum += difference;
      count++;
      if (!(difference <= worst.largest)) Object.assign(worst, { largest: difference, position });
    }
  }
  return { ...worst, mean: sum / count, flips };
}
