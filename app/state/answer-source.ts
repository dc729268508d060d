/** What answers a conversation, as the chat asks it: the engine in this tab, or a server. The chat does not know which. */
import type { EngineErrorData, GenerateEvent, GenerateRequest, ModelInfo, Prompt } from '../../engine/api.ts';
import type { RoutingRecord } from '../routing/routing-record.ts';
import type { ModelChoice } from './conversation.ts';

export type AnswerEvent =
  | GenerateEvent
  /** The routing of all that was written, where it is told at the end and not with each token. */
  | { readonly type: 'routing'; readonly routing: RoutingRecord };

/** An `EngineClient` is one. */
export interface AnswerSource {
  /** As in `EngineClient`: breaking out of the loop, or aborting the signal, ends the generation. */
  generate(request: GenerateRequest, signal?: AbortSignal): AsyncGenerator<AnswerEvent, void, void>;
  /** Length of a prompt in tokens; a server's is estimated. */
  countTokens(prompt: Prompt): Promise<number>;
}

/** What the chat must know of a model. A `ModelInfo` is one. */
export interface AnsweringModel extends Pick<
  ModelInfo,
  'name' | 'sampling' | 'thinking' | 'moeLayers' | 'experts' | 'expertsUsed'
> {
  /** `ModelInfo.id`, where it is one of the engine's. */
  readonly id?: string;
  /** Null where that is not known: then nothing is left out of what it reads. */
  readonly contextLength: number | null;
  /** Set where the model has defaults of its own that nobody here knows: what the person did not choose is left to it. */
  readonly hasOwnDefaults?: true;
  /** Set where an answer that broke off cannot go on. */
  readonly cannotContinue?: true;
}

/** A model that can be asked now. */
export interface Answerer {
  readonly source: AnswerSource;
  readonly model: AnsweringModel;
  readonly choice: ModelChoice;
  /** Where what is asked goes to, with its port; null: nowhere, it stays in this tab. */
  readonly host: string | null;
}

export type Answering =
  | { readonly kind: 'ready'; readonly answerer: Answerer }
  | { readonly kind: 'failed'; readonly error: EngineErrorData };

/** Servers, as the chat knows them (see `server/servers-store.ts`). */
export interface ServerAnswering {
  /** Asks the person where it must: whether the conversation may go there, and for the key. */
  ensure(choice: ModelChoice): Promise<Answering>;
  /** What is known of the model before it is asked; null where the choice is no server's. */
  modelOf(choice: ModelChoice): AnsweringModel | null;
}
