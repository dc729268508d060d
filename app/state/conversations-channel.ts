/** Tells the other tabs what was written, so that they can read it. The database holds the truth; these are only hints. */
import { openChannel } from '../storage/channel.ts';
import { type ConversationNews, parseNews } from './records/news-record.ts';

/** Whom they are about. */
export function conversationsOf(news: ConversationNews): readonly string[] {
  return news.kind === 'heads' ? news.conversations : [news.conversation];
}

export interface ConversationsChannel {
  post(news: ConversationNews): void;
  close(): void;
}

/** `name`: that of the database. Where the browser has no channels, other tabs learn of changes when they reload. */
export function openConversationsChannel(name: string, onNews: (news: ConversationNews) => void): ConversationsChannel {
  const channel = openChannel(name);
  if (channel === null) return { post: () => undefined, close: () => undefined };
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const news = parseNews(data);
    if (news !== null) onNews(news);
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
  return { post: (news) => channel.postMessage(news), close: () => channel.close() };
}
