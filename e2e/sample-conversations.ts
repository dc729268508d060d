// Conversations as an export would hold them: what the models of these tests cannot write.
import type { Locator, Page } from '@playwright/test';
import { longConversation, repeatedQuestion, richConversation } from '../app/testing/sample-conversations.ts';
import type { ConversationHead, Message } from '../app/state/conversation.ts';

interface Sample {
  readonly head: ConversationHead;
  readonly messages: readonly Message[];
}

/** One question, and this answer. */
export function conversationWith(answer: string, title = 'Sample', reasoning: string | null = null): Sample {
  return richConversation(answer, title, reasoning);
}

export { longConversation, repeatedQuestion };

/** Imports a conversation and opens it. */
export async function importConversation(page: Page, { head, messages }: Sample): Promise<Locator> {
  const file = { format: 'mixtab-conversations', version: 1, conversations: [{ ...head, messages }] };
  await page.getByLabel('Import conversations').setInputFiles({
    name: 'conversations.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(file)),
  });
  const list = page.getByRole('navigation', { name: 'Conversations' });
  await list.getByRole('button', { name: head.title, exact: true }).click();
  return page.getByRole('log', { name: 'Conversation' }).getByRole('article', { name: 'Mixtab' });
}
