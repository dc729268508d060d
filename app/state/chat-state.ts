/** The contract of the chat store: what components select, and what they can do. */
import type { Attachment, ConversationHead, ModelChoice, PathEntry, UserMessage } from './conversation.ts';
import type { RoutingRequest } from '../../engine/api.ts';
import type { RoutingRecord } from '../routing/routing-record.ts';
import type { SamplingSettings } from './settings-store.ts';
import type { Unsaved } from './unsaved.ts';

/** A place where the words of a search were found. */
export interface SearchHit {
  readonly conversation: ConversationHead;
  /** Null where only the title matches. */
  readonly messageId: string | null;
  /** Text around the find; `start` and `length` mark it, in UTF-16 units. */
  readonly excerpt: string;
  readonly marks: readonly { readonly start: number; readonly length: number }[];
}

/** An answer, and the question that it answers. */
export interface PastAnswer {
  readonly messageId: string;
  readonly question: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly model: string;
  /** Of the server that gave it; null: it was written in this page. */
  readonly host: string | null;
  readonly content: string;
  readonly reasoning: string | null;
  /** Null where it is not known. */
  readonly routing: RoutingRecord | null;
  /** Set where experts were chosen otherwise than the model does. */
  readonly isSteered?: true;
}

/** How much of the context the conversation takes. */
export interface ContextUse {
  /** Tokens of what the model reads of the path that is shown, as its template writes it. */
  readonly used: number;
  readonly total: number;
  /** How many of the oldest messages no longer fit and are left out of what the model reads. */
  readonly leftOut: number;
}

/** What was deleted last and can still be brought back. */
export type Deleted =
  { readonly kind: 'conversation'; readonly title: string } | { readonly kind: 'messages'; readonly count: number };

export interface ImportResult {
  readonly conversations: number;
  readonly messages: number;
  /** Conversations that were there already, as they are. */
  readonly skipped: number;
  /** Places of the file that did not parse: what stands there was left out or mended. Absent where there are none. */
  readonly faults?: readonly string[];
  /** Present where the rest was not wanted. */
  readonly isCancelled?: boolean;
}

/** Conversations that are dealt with; `total` null while the file is read. */
export interface ImportProgress {
  readonly done: number;
  readonly total: number | null;
}

export interface ChatState {
  /** Pinned ones first, then the newest. */
  readonly heads: readonly ConversationHead[];
  /** The open conversation; null is a new one that has no message yet. */
  readonly current: ConversationHead | null;
  /** The path that is shown, root first. Entries of messages that did not change keep their identity. */
  readonly path: readonly PathEntry[];
  /** The conversation in which an answer is under way; it goes on while another one is open. */
  readonly answeringIn: string | null;
  /** Null while it is not known (no model, or nothing counted yet). */
  readonly context: ContextUse | null;
  readonly deleted: Deleted | null;
  /** The import under way. */
  readonly importing: ImportProgress | null;
  /** Conversations that the browser has not stored as they are shown, and what of them is missing. */
  readonly unsaved: ReadonlyMap<string, Unsaved>;
  /** Set while the browser does not let the page read the list of what is stored. */
  readonly readFailed: boolean;
  /** Settings chosen for a conversation that has no message yet. */
  readonly draftSettings: Partial<SamplingSettings> | null;
  /** A server's model that was chosen for conversations to come; null: whichever the tab has. */
  readonly draftModel: ModelChoice | null;
  /** A message of the path to scroll to and point out, such as the one a search found; `focusShown` when that is done. */
  readonly focusMessageId: string | null;

  /** Reads the list; again, by itself, where that fails. */
  start(): Promise<void>;
  /** Tries now to write what is missing. */
  saveAgain(): Promise<void>;

  // ── Messages ──
  send(text: string, attachments?: readonly Attachment[]): Promise<void>;
  /** A question: a new branch with the changed text, which is answered. An answer: a new branch that holds the text. */
  edit(messageId: string, text: string, attachments?: readonly Attachment[]): Promise<void>;
  /** Answers the question before this answer again, as a new branch. */
  regenerate(messageId: string): Promise<void>;
  /** The same with experts chosen otherwise, and with the seed of that answer. */
  answerOtherwise(messageId: string, routing: RoutingRequest): Promise<void>;
  /**
   * Has another model answer the question of this answer too: a new branch, shown beside it. The model is loaded for that, and the one
   * before comes back when it has answered, failed or been stopped.
   */
  askAnother(messageId: string, by: ModelChoice): Promise<void>;
  /** Lets the last answer of the path go on where it broke off. */
  continueAnswer(): Promise<void>;
  focusShown(): void;
  /** Shows the branch that this message is on, down to its newest leaf. */
  showBranch(messageId: string): Promise<void>;
  /** Deletes a message and all that follows it, in every branch below. */
  deleteMessage(messageId: string): Promise<void>;
  stop(): Promise<void>;
  /** Takes back the last question of the path, which nothing was answered yet. @returns what was asked, to be changed. */
  takeBack(): Promise<Pick<UserMessage, 'content' | 'attachments'> | null>;

  // ── Conversations ──
  newChat(): Promise<void>;
  /** Opens an empty conversation that is never stored, and ends when another one is opened. */
  newTemporaryChat(): Promise<void>;
  /** `messageId`: show the branch with this message. */
  select(id: string, messageId?: string): Promise<void>;
  rename(id: string, title: string): Promise<void>;
  setPinned(id: string, isPinned: boolean): Promise<void>;
  remove(id: string): Promise<void>;
  /** Brings back what `deleted` names. */
  undoDelete(): Promise<void>;
  forgetDeleted(): void;
  /** The answers of a conversation, open or not, with their routing where it is known; of all branches, oldest first. */
  pastAnswers(conversationId: string): Promise<readonly PastAnswer[]>;
  /** Words anywhere in titles and messages, best first. */
  search(query: string): Promise<readonly SearchHit[]>;
  /** For the open conversation, or for the one to come. Null: as the global ones. */
  setConversationSettings(settings: Partial<SamplingSettings> | null): Promise<void>;
  /**
   * The model for the open conversation; it is loaded when the next message is sent, or at once where nothing is under way. A server's
   * where none is open: for those to come.
   */
  setConversationModel(model: ModelChoice | null): Promise<void>;

  // ── Files ──
  /** `markdown`: the path that is shown, of one conversation; `json`: whole trees, of one or (null) of all. */
  exportConversations(id: string | null, format: 'markdown' | 'json'): Promise<Blob>;
  /** @throws Error with a sentence for the person, where the file is none of ours or damaged; nothing is changed then. */
  importConversations(file: File): Promise<ImportResult>;
  /** Ends the import under way; what was imported stays. */
  cancelImport(): void;
  /** What was stored and did not parse, of conversations and settings, as a file; null where there is none. */
  setAsideFile(): Promise<{ readonly count: number; readonly file: Blob } | null>;
  /** Throws that away. */
  discardSetAside(): Promise<void>;
}
