/** What tabs tell each other. Another tab may run another version of the page: what is not understood is not heard. */
import * as v from 'valibot';
import { Id } from './bounds.ts';

export type ConversationNews =
  /** A conversation was added, or its head changed. */
  | { readonly kind: 'head'; readonly conversation: string }
  /** The same of many at once, as an import brings them. */
  | { readonly kind: 'heads'; readonly conversations: readonly string[] }
  | { readonly kind: 'removed'; readonly conversation: string }
  | {
      readonly kind: 'messages';
      readonly conversation: string;
      readonly written: readonly string[];
      readonly deleted: readonly string[];
      /** `performance.timeOrigin` of the tab that writes: its answer's clock starts there. */
      readonly timeOrigin: number;
    };

const MAX_IDS = 200_000;
const Ids = v.pipe(v.array(Id), v.maxLength(MAX_IDS));

const News: v.GenericSchema<unknown, ConversationNews> = v.variant('kind', [
  v.object({ kind: v.literal('head'), conversation: Id }),
  v.object({ kind: v.literal('heads'), conversations: Ids }),
  v.object({ kind: v.literal('removed'), conversation: Id }),
  v.object({
    kind: v.literal('messages'),
    conversation: Id,
    written: Ids,
    deleted: Ids,
    timeOrigin: v.pipe(v.number(), v.finite()),
  }),
]);

export function parseNews(value: unknown): ConversationNews | null {
  const parsed = v.safeParse(News, value, { abortEarly: true });
  return parsed.success ? parsed.output : null;
}
