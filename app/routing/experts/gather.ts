/** Words of many answers for an expert to be asked about: of one conversation, or of all, in slices and within bounds. */
import type { ChatState, PastAnswer } from '../../state/chat-state.ts';
import type { RoutingRecord } from '../routing-record.ts';
import { WordCorpus } from './word-corpus.ts';

/** What is read at most of all conversations, newest first. */
const MOST_CONVERSATIONS = 500;
const MOST_BYTES = 48e6; // of traces, which stay in memory while the view is open
const MOST_MS = 8000;
/** Longer pieces of work would be felt. */
const SLICE_MS = 10;

export interface Gathered {
  readonly corpus: WordCorpus;
  readonly conversations: number;
  /** Whether older conversations were left out. */
  readonly isCut: boolean;
}

type Chat = Pick<ChatState, 'heads' | 'pastAnswers'>;

/**
 * @param like of the same model as this one; answers with steered experts are left out
 * @throws what reading the conversation throws
 */
export async function gatherConversation(
  chat: Pick<Chat, 'pastAnswers'>,
  id: string,
  like: RoutingRecord,
  model: string,
): Promise<Gathered> {
  const corpus = new WordCorpus();
  await addAnswers(corpus, await chat.pastAnswers(id), like, model, new Slices());
  return { corpus, conversations: 1, isCut: false };
}

/** The newest first. One that cannot be read is passed over. @returns what there is by the time that the signal is aborted */
export async function gatherAll(
  chat: Chat,
  openId: string | null,
  like: RoutingRecord,
  model: string,
  signal: AbortSignal,
): Promise<Gathered> {
  const corpus = new WordCorpus();
  const slices = new Slices();
  const started = performance.now();
  const stored = chat.heads.map(({ id }) => id);
  const ids = openId === null || stored.includes(openId) ? stored : [openId, ...stored];
  let bytes = 0;
  let conversations = 0;
  for (const [read, id] of ids.entries()) {
    const isOver = read >= MOST_CONVERSATIONS || bytes > MOST_BYTES || performance.now() - started > MOST_MS;
    if (isOver || signal.aborted) return { corpus, conversations, isCut: true };
    const answers = await chat.pastAnswers(id).catch((): readonly PastAnswer[] => []);
    const added = await addAnswers(corpus, answers, like, model, slices);
    bytes += added;
    if (added > 0) conversations++;
  }
  return { corpus, conversations, isCut: false };
}

/** @returns bytes of the traces that were taken */
async function addAnswers(
  corpus: WordCorpus,
  answers: readonly PastAnswer[],
  like: RoutingRecord,
  model: string,
  slices: Slices,
): Promise<number> {
  let bytes = 0;
  for (const answer of answers) {
    const { routing, isSteered } = answer;
    if (routing === null || isSteered === true || !isSameModel(routing, answer.model, like, model)) continue;
    const { texts, count, chosen, used, layers } = routing;
    corpus.add({ texts, count, chosen, used, layers });
    bytes += chosen.byteLength;
    await slices.next();
  }
  return bytes;
}

/** By the file where both tell it, as newer records do; else by name, size and shape. */
export function isSameModel(a: RoutingRecord, nameOfA: string, b: RoutingRecord, nameOfB: string): boolean {
  if (a.experts !== b.experts || a.layers.join() !== b.layers.join() || a.isIdsOnly !== b.isIdsOnly) return false;
  if (a.file !== undefined && b.file !== undefined) return a.file === b.file;
  return nameOfA === nameOfB && a.model?.fileBytes === b.model?.fileBytes;
}

/** Gives the page a turn whenever some work is done. */
class Slices {
  #since = performance.now();

  async next(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return;
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
    this.#since = performance.now();
  }
}
