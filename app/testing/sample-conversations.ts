/** Conversations for working on the page without a GPU and for tests: written as the page would have written them. */
import type { AssistantMessage, ConversationHead, Message, UserMessage } from '../state/conversation.ts';
import type { ConversationsDb } from '../state/conversations-db.ts';

const DAY_MS = 86_400_000;
const FIRST = Date.UTC(2026, 0, 5, 9);

export interface SampleConversation {
  readonly head: ConversationHead;
  readonly messages: readonly Message[];
}

/** Everything that an answer may hold. */
export const RICH_ANSWER = String.raw`## Sums, and how to write them

The sum of the first $n$ numbers is $\frac{n(n+1)}{2}$, because

$$
\sum_{k=1}^{n} k = \frac{n(n+1)}{2}
$$

and \( e^{i\pi} + 1 = 0 \) is pretty too. It costs $5 and $10.

${'```'}ts
/** Adds up 1 to n. */
export function sum(n: number): number {
  const label = ${'`'}sum of ${'${n}'}${'`'};
  console.log(label, [1, 2, 3].map((x) => x ** 2));
  return (n * (n + 1)) / 2; // Gauss, aged nine
}
${'```'}

| n | sum |
| -: | -: |
| 10 | 55 |
| 100 | 5,050 |

- [x] Write it down
- [ ] Prove it

> A proof by induction takes two lines.

See [the article](https://example.org/gauss) and ![a portrait of Gauss](https://example.org/gauss.jpg)`;

/** A block of code of 400 lines, with text around it. */
export const LONG_PROGRAM = `Here it is:

\`\`\`ts
${Array.from({ length: 400 }, (_, line) => `export const value${line} = compute(${line}, 'line ${line}', [1, 2, 3]); // of 400`).join('\n')}
\`\`\`

That is all.`;

function question(index: number, content: string, parentId: string | null): UserMessage {
  return { id: `m${index}`, parentId, createdAt: FIRST + index * 60_000, role: 'user', content, attachments: [] };
}

function answer(index: number, content: string, reasoning: string | null = null): AssistantMessage {
  return {
    id: `m${index}`,
    parentId: `m${index - 1}`,
    createdAt: FIRST + index * 60_000,
    role: 'assistant',
    content,
    reasoning,
    toolCalls: [],
    tokens: null,
    status: {
      kind: 'done',
      finishReason: 'stop',
      timings: { promptTokens: 40, reusedTokens: 12, prefillMs: 320, outputTokens: 124, decodeMs: 3200 },
    },
    model: 'Mixtab 20M',
    reasoningMs: reasoning === null ? null : 4200,
    routing: null,
  };
}

function headOf(id: string, title: string, messages: readonly Message[]): ConversationHead {
  const leafId = messages.at(-1)?.id ?? null;
  return {
    id,
    title,
    createdAt: FIRST,
    updatedAt: FIRST + DAY_MS,
    isPinned: false,
    leafId,
    settings: null,
    model: null,
  };
}

/** One question, and this answer. */
export function richConversation(text: string, title: string, reasoning: string | null = null): SampleConversation {
  const messages = [question(0, 'How do I add up the first numbers?', null), answer(1, text, reasoning)];
  return { head: headOf('rich', title, messages), messages };
}

/** The same question again and again, with these answers. */
export function repeatedQuestion(texts: readonly string[], title: string): SampleConversation {
  const messages = texts.flatMap((text, index): Message[] => [
    question(2 * index, 'And what else?', index === 0 ? null : `m${2 * index - 1}`),
    answer(2 * index + 1, text),
  ]);
  return { head: headOf('repeated', title, messages), messages };
}

/** An answer of every kind of text. */
export async function writeRichConversation(db: ConversationsDb): Promise<void> {
  const thought = 'The person asks for sums. I know the story of Gauss.';
  const { head, messages } = richConversation(RICH_ANSWER, 'Sums', thought);
  await db.write(head.id, { create: head, messages });
}

/** `length` messages of changing length. */
export function longConversation(length: number): SampleConversation {
  const messages = Array.from({ length }, (_, index): Message => {
    const words = `Word ${index} `.repeat(3 + ((index * 7) % 60));
    const text = index % 40 === 1 ? `${words}\n\n${RICH_ANSWER}` : words;
    return index % 2 === 0
      ? question(index, `Question ${index}. ${words}`, index === 0 ? null : `m${index - 1}`)
      : answer(index, `Answer ${index}. ${text}`);
  });
  return { head: headOf('long', 'A long conversation', messages), messages };
}

export async function writeLongConversation(db: ConversationsDb, length: number): Promise<void> {
  const { head, messages } = longConversation(length);
  await db.write(head.id, { create: head, messages });
}

const TOPICS = [
  'dragons',
  'sums',
  'the sea',
  'a weekend in the mountains',
  'bread',
  'old maps',
  'a mixture of experts',
];

/** `count` short conversations over two years, the first three pinned. */
export async function writeManyConversations(db: ConversationsDb, count: number): Promise<void> {
  const now = Date.now();
  for (let index = 0; index < count; index++) {
    const topic = TOPICS[index % TOPICS.length] ?? '';
    const id = `many-${index}`;
    const messages = [question(0, `What about ${topic}?`, null), answer(1, `This is answer ${index}, about ${topic}.`)];
    const updatedAt = now - Math.round(((index / count) ** 2 * 730 + index * 0.02) * DAY_MS);
    const head = headOf(id, `Question ${index} about ${topic}`, messages);
    await db.write(id, { create: { ...head, updatedAt, isPinned: index < 3 }, messages });
  }
}
