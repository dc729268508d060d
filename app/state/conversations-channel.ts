/** Tells the other tabs what was written, so that they can read it. The database holds the truth; these are only hints. */
import { openChannel } from '../storage/channel.ts';

export type ConversationNews =
  /** A conversation was added, or its head changed. */
  | { readonly kind: 'head'; readonly conversation: string }
  | { readonly kind: 'removed'; readonly conversation: string }
  | {
      readonly kind: 'messages';
      readonly conversation: string;
      readonly written: readonly string[];
      readonly deleted: readonly string[];
      /** `performance.timeOrigin` of the tab that writes: its answer's clock starts there. */
      readonly timeOrigin: number;
    };

export interface ConversationsChannel {
  post(news: ConversationNews): void;
  close(): void;
}

/** `name`: that of the database. Where the browser has no channels, other tabs learn of changes when they reload. */
export function openConversationsChannel(name: string, onNews: (news: ConversationNews) => void): ConversationsChannel {
  const channel = openChannel(name);
  if (channel === null) return { post: () => undefined, close: () => undefined };
  channel.addEventListener('message', ({ data }: MessageEvent<ConversationNews>) => onNews(data));
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  return { post: (news) => channel.postMessage(news), close: () => channel.close() };
}
