/** The answers that the bundled model gives to its suggestions, as `tools/record-suggestions.ts` wrote them down: one byte an expert. */
import type { RoutingRecord } from '../routing-record.ts';
import recorded from './recorded.json';

export interface RecordedAnswer {
  readonly question: string;
  readonly record: RoutingRecord;
}

/** The answer to a question; of one that was not recorded, the first there is. */
export function recordedAnswer(question: string): RecordedAnswer | null {
  const answer = recorded.answers.find((one) => one.question === question) ?? recorded.answers[0];
  if (answer === undefined) return null;
  const { layers, experts, used } = recorded;
  return {
    question: answer.question,
    record: {
      ...{ layers, experts, used, texts: answer.texts, count: answer.texts.length },
      chosen: Uint16Array.from(bytesOf(answer.chosen)),
      weights: Float32Array.from(bytesOf(answer.shares), (share) => share / 255),
    },
  };
}

/** Of all layers, those without routed experts too, and what works beside these. */
export const RECORDED_SHAPE = { layers: recorded.allLayers, sharedExperts: recorded.sharedExperts } as const;

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
