/** Titles and messages in MiniSearch. Loaded with the first search: see `conversation-search.ts`. */
import MiniSearch from 'minisearch';
import type { ConversationHead, Message } from '../conversation.ts';
import { foldWord, wordsOf } from './words.ts';

interface Entry {
  /** `<conversation>` for its title, `<conversation>/<message>` for a message. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export interface Found {
  readonly conversation: string;
  readonly messageId: string | null;
  readonly text: string;
  readonly score: number;
  /** The words of the text that were meant, folded. */
  readonly terms: ReadonlySet<string>;
}

/** So many entries are indexed at a time, so that typing goes on meanwhile. */
const AT_ONCE = 40;
/** A slip in a shorter word makes it another word. */
const FUZZY_FROM = 5;
const FUZZINESS = 0.2;
const TITLE_BOOST = 3;

export class SearchIndex {
  readonly #index = new MiniSearch<Entry>({
    fields: ['title', 'text'],
    storeFields: ['title', 'text'],
    tokenize: (text) => wordsOf(text).map((word) => word.text),
    processTerm: (term) => foldWord(term) || null,
    searchOptions: {
      combineWith: 'AND',
      boost: { title: TITLE_BOOST },
      prefix: true,
      fuzzy: (term) => (term.length >= FUZZY_FROM ? FUZZINESS : false),
    },
  });
  /** Ids of entries by conversation. */
  readonly #entries = new Map<string, readonly string[]>();

  /** Puts a conversation in the place of what was known of it. */
  async put(head: ConversationHead, messages: readonly Message[]): Promise<void> {
    this.remove(head.id);
    const entries: Entry[] = [{ id: head.id, title: head.title, text: '' }];
    for (const message of messages) {
      entries.push({ id: `${head.id}/${message.id}`, title: '', text: searchableText(message) });
    }
    this.#entries.set(
      head.id,
      entries.map(({ id }) => id),
    );
    await this.#index.addAllAsync(entries, { chunkSize: AT_ONCE });
  }

  remove(conversation: string): void {
    for (const id of this.#entries.get(conversation) ?? []) this.#index.discard(id);
    this.#entries.delete(conversation);
  }

  /** Best first. */
  search(query: string): Found[] {
    return this.#index.search(query).map(({ id, score, terms, title, text }) => {
      const [conversation = '', messageId = null] = String(id).split('/');
      return { conversation, messageId, text: String(messageId === null ? title : text), score, terms: new Set(terms) };
    });
  }
}

/** What a person would look for in a message: its words, and the names of its files. */
function searchableText(message: Message): string {
  if (message.role === 'assistant') return [message.reasoning ?? '', message.content].join('\n');
  return [...message.attachments.map(({ name }) => name), message.content].join('\n');
}
