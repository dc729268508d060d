/** What a frame shows. */
import type { EngineErrorData, FinishReason, LoadProgress, ModelInfo, ModelPreview } from '../../engine/api.ts';
import type { RoutingRecord } from '../../app/routing/routing-record.ts';
import type { EmbedOptions, Usage } from '../protocol.ts';

/** Where the weights of the model lie: see `ladder.ts`. */
export type Storage = 'shared' | 'cross-origin' | 'own' | 'memory';

export type AnswerStatus =
  | { readonly kind: 'waiting' }
  /** Others use the engine: so many come before. */
  | { readonly kind: 'queued'; readonly place: number }
  | { readonly kind: 'streaming' }
  | { readonly kind: 'done'; readonly finishReason: FinishReason }
  | { readonly kind: 'failed'; readonly error: EngineErrorData };

export type FrameMessage =
  | { readonly id: number; readonly role: 'user'; readonly text: string }
  | {
      readonly id: number;
      readonly role: 'assistant';
      readonly text: string;
      readonly reasoning: string;
      readonly status: AnswerStatus;
      readonly routing: RoutingRecord | null;
      readonly usage: Usage | null;
    };
export type AssistantMessage = Extract<FrameMessage, { role: 'assistant' }>;

export type Stage =
  /** Nothing has been loaded. */
  | { readonly kind: 'idle' }
  /** A model that is not on this device, and no small one: the visitor decides. */
  | { readonly kind: 'asking'; readonly preview: ModelPreview; readonly canLook: boolean }
  | { readonly kind: 'loading'; readonly progress: LoadProgress }
  | { readonly kind: 'ready'; readonly info: ModelInfo; readonly storage: Storage }
  | { readonly kind: 'failed'; readonly error: EngineErrorData }
  /** A recording: read, being played, or at its end. */
  | { readonly kind: 'replay'; readonly model: string; readonly isPlaying: boolean };

export interface FrameState {
  readonly options: EmbedOptions;
  readonly stage: Stage;
  readonly messages: readonly FrameMessage[];
  /** Questions whose answer has not ended. */
  readonly openQuestions: number;
  /** What the engine does not answer for; null while all is well. */
  readonly silence: string | null;
  /** How many of the oldest messages the model no longer reads. */
  readonly leftOut: number;
}
