/** Words of many answers with the experts that were chosen for them: what an expert is asked about. */
import type { RoutingRecord } from '../routing-record.ts';
import type { ExpertSample } from './favourites.ts';
import { wordsOfTokens } from './words.ts';

/** What is kept of a record: the routing itself is shared, not copied. */
export type CorpusRecord = Pick<RoutingRecord, 'texts' | 'count' | 'chosen' | 'used' | 'layers'>;

interface Answer {
  /** Of each token; -1 where it is of no word. */
  readonly words: Int32Array;
  readonly record: CorpusRecord;
}

export class WordCorpus {
  readonly #names: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #totals: number[] = [];
  readonly #answers: Answer[] = [];
  #tokens = 0;

  /** Tokens that are of words. */
  get tokens(): number {
    return this.#tokens;
  }

  get answers(): number {
    return this.#answers.length;
  }

  /** O(characters). Records of one corpus are of one model: their layers and experts are the same. */
  add(record: CorpusRecord): void {
    const words = new Int32Array(record.count);
    for (const [token, word] of wordsOfTokens(record.texts.slice(0, record.count)).entries()) {
      const id = word === null ? -1 : this.#idOf(word);
      words[token] = id;
      if (id < 0) continue;
      this.#totals[id] = (this.#totals[id] ?? 0) + 1;
      this.#tokens++;
    }
    this.#answers.push({ words, record });
  }

  #idOf(word: string): number {
    let id = this.#ids.get(word);
    if (id === undefined) {
      id = this.#names.length;
      this.#ids.set(word, id);
      this.#names.push(word);
      this.#totals.push(0);
    }
    return id;
  }

  /**
   * What was seen of one expert. O(tokens × used).
   * @param row of the layer, from 0, as in the records
   */
  sample(row: number, expert: number): ExpertSample {
    const counts = new Uint32Array(this.#names.length);
    let chosen = 0;
    for (const { words, record } of this.#answers) {
      const { used, layers } = record;
      for (let token = 0; token < record.count; token++) {
        const id = words[token] ?? -1;
        if (id < 0 || !isChosen(record.chosen, (token * layers.length + row) * used, used, expert)) continue;
        counts[id] = (counts[id] ?? 0) + 1;
        chosen++;
      }
    }
    const words = this.#names.map((word, id) => ({ word, of: this.#totals[id] ?? 0, chosen: counts[id] ?? 0 }));
    return { tokens: this.#tokens, chosen, words };
  }
}

function isChosen(experts: Uint16Array, start: number, used: number, expert: number): boolean {
  for (let at = start; at < start + used; at++) if (experts[at] === expert) return true;
  return false;
}
