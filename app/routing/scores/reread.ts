/** A conversation that was run through the model once more, for what is not kept with an answer: the routing of the prompt's tokens, and what the routers compared. */
import type { GenerateEvent, RoutingScores, RoutingTrace } from '../../../engine/api.ts';
import type { RoutingRecord } from '../routing-record.ts';

export interface Reread {
  /**
   * The prompt's tokens, then the answer's. Of a token of the prompt, the experts that read it; of one of the answer, those that wrote
   * it, as everywhere else: so the pass over the last token of the prompt stands twice.
   */
  readonly record: RoutingRecord;
  /** How many of them are the prompt's. */
  readonly promptTokens: number;
  /** What the routers compared, token by token. */
  readonly scores: readonly RoutingScores[];
}

/** Of the experts that an answer was written with, as many must come again: numbers differ a little between one token and many at a time. */
const SAME_SHARE = 0.75;

/**
 * @param event the prompt with the answer at its end
 * @param answer as it was written
 * @returns null where the answer is not what the prompt ends with
 */
export function rereadOf(
  { tokens, bytes, routing }: Extract<GenerateEvent, { type: 'prompt' }>,
  answer: RoutingRecord,
): Reread | null {
  if (routing === undefined || bytes === undefined) return null;
  const wrote = firstPass(routing, answer);
  if (wrote === null) return null;
  const promptTokens = wrote + 1;
  const written = Math.min(answer.count, routing.length - wrote);
  const passes = [
    ...routing.slice(0, promptTokens),
    ...Array.from({ length: written }, (_, token) => routing[wrote + token]),
  ].filter((pass) => pass !== undefined);
  const stride = answer.layers.length * answer.used;
  const chosen = new Uint16Array(passes.length * stride);
  const weights = new Float32Array(passes.length * stride);
  passes.forEach((pass, at) => {
    chosen.set(pass.experts, at * stride);
    weights.set(pass.weights, at * stride);
  });
  return {
    record: {
      ...answer,
      ...{ chosen, weights, count: passes.length },
      texts: [...textsOf(bytes.slice(0, Math.min(promptTokens, tokens.length))), ...answer.texts.slice(0, written)],
    },
    promptTokens,
    scores: passes.map(({ scores }) => scores).filter((scores) => scores !== undefined),
  };
}

/** The pass that wrote the answer's first token: where the experts that follow are those of the answer. */
function firstPass(passes: readonly RoutingTrace[], { chosen, count, layers, used }: RoutingRecord): number | null {
  const stride = layers.length * used;
  let best: { readonly at: number; readonly same: number } | null = null;
  // What the answer ends with may be no part of the prompt: its mark of the end, or a token that was never read.
  for (let at = Math.max(0, passes.length - count - 2); at < passes.length; at++) {
    const tokens = Math.min(count, passes.length - at);
    // One or two tokens could be like it by chance.
    if (tokens < Math.min(count, 2)) break;
    let same = 0;
    for (let token = 0; token < tokens; token++) {
      const experts = passes[at + token]?.experts;
      if (experts?.length !== stride) return null;
      const wrote = new Set<number>();
      for (let i = 0; i < stride; i++) wrote.add(Math.floor(i / used) * 65_536 + (chosen[token * stride + i] ?? 0));
      for (let i = 0; i < stride; i++) if (wrote.has(Math.floor(i / used) * 65_536 + (experts[i] ?? 0))) same++;
    }
    const share = same / (tokens * stride);
    if (share >= SAME_SHARE && (best === null || share > best.same)) best = { at, same: share };
  }
  return best?.at ?? null;
}

/** A character that several tokens make stands with the last of them. */
function textsOf(bytes: readonly Uint8Array[]): string[] {
  const decoder = new TextDecoder();
  return bytes.map((piece) => decoder.decode(piece, { stream: true }));
}

/** What the router of one layer compared for one token. */
export interface LayerScores {
  readonly layer: number;
  /** Best first. */
  readonly chosen: readonly ScoredExpert[];
  /** The best that was not chosen; null where all were. */
  readonly next: ScoredExpert | null;
  /** From the last that was chosen to the runner-up, by what was compared: never below 0. */
  readonly margin: number | null;
  /** The same by the gate alone. Below 0: the bias decided, without it the runner-up would have been chosen. */
  readonly gateMargin: number | null;
}

export interface ScoredExpert {
  readonly expert: number;
  readonly gate: number;
  /** With the balancing bias, and what steering added. */
  readonly choice: number;
}

const NOBODY = 65_535;
/** What is muted, or of a group that took no part, is compared with no one. */
const OUT_OF_IT = -1e29;

export function layerScores(
  { layers, used, chosen }: RoutingRecord,
  token: number,
  { gate, choice, next }: RoutingScores,
): LayerScores[] {
  return layers.map((layer, row) => {
    const at = row * (used + 1);
    const scored = (expert: number, rank: number): ScoredExpert => ({
      ...{ expert, gate: gate[at + rank] ?? NaN, choice: choice[at + rank] ?? NaN },
    });
    const experts = Array.from({ length: used }, (_, rank) =>
      scored(chosen[(token * layers.length + row) * used + rank] ?? 0, rank),
    );
    const runnerUp = next[row] ?? NOBODY;
    const other = runnerUp === NOBODY ? null : scored(runnerUp, used);
    const isIn = other !== null && other.choice > OUT_OF_IT;
    const least = (what: 'gate' | 'choice'): number => Math.min(...experts.map((one) => one[what]));
    return {
      layer,
      chosen: experts,
      next: isIn ? other : null,
      margin: isIn ? least('choice') - other.choice : null,
      gateMargin: isIn ? least('gate') - other.gate : null,
    };
  });
}

/** Whether anything was added to what the gate said. */
export function hasBias(layers: readonly LayerScores[]): boolean {
  return layers.some(({ chosen, next }) =>
    [...chosen, ...(next === null ? [] : [next])].some(({ gate, choice }) => Math.abs(gate - choice) > 1e-6),
  );
}
