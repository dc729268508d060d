/** Where an answer has ended, what it took is kept; that code comes when it is needed. */
import { loadPart } from '../../layout/load-part.ts';
import type { AnswerStatus } from '../../state/conversation.ts';
import type { ModelState } from '../../state/model-store.ts';

/** Fewer tokens say more about how they began. */
const LEAST_TOKENS = 16;
/** Beyond, attention is more of a token than the model's cost counts with. */
const MOST_CONTEXT = 2048;

/** Never rejects: without it the page only foretells less. */
export async function noteSpeed(
  { status: model, device }: Pick<ModelState, 'status' | 'device'>,
  status: AnswerStatus,
): Promise<void> {
  if (status.kind !== 'done' || model.kind !== 'ready' || device === null) return;
  const { id, decode } = model.info;
  const { promptTokens, outputTokens, decodeMs } = status.timings;
  if (decode === undefined || outputTokens < LEAST_TOKENS || decodeMs <= 0) return;
  // An answer that the page itself stopped does not know its prompt, nor when its first token came.
  if (promptTokens === 0 || promptTokens + outputTokens > MOST_CONTEXT) return;
  try {
    const { keepSpeed } = await loadPart(() => import('./measured-speeds.ts'));
    keepSpeed(device, { id, cost: decode, tokens: outputTokens, ms: decodeMs });
  } catch {
    // The next answer tries again.
  }
}
