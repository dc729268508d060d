import type { PastAnswer } from '../../state/chat-state.ts';
import { isComparable } from '../compare-loads.ts';

/**
 * What an answer is compared with before anybody has chosen: the answer before it whose experts are the same model's, else the one after it; else one
 * whose words alone can be compared. Null where there is no other.
 *
 * @param answers oldest first
 */
export function usualOther(answers: readonly PastAnswer[], own: PastAnswer): PastAnswer | null {
  const others = answers.filter(({ messageId }) => messageId !== own.messageId);
  const { routing } = own;
  const alike = others.filter(
    (other) => routing !== null && other.routing !== null && isComparable({ shape: routing }, { shape: other.routing }),
  );
  const nearest = (among: readonly PastAnswer[]): PastAnswer | undefined =>
    among.findLast(({ createdAt }) => createdAt <= own.createdAt) ?? among[0];
  return nearest(alike) ?? nearest(others) ?? null;
}
