/** Servers as they are remembered. */
import type { RoutingForm, ServerKind } from './server-kinds.ts';

export interface KnownModel {
  readonly id: string;
  /** Tokens that it reads and writes at most in all; null where the server does not say. */
  readonly contextLength: number | null;
}

export interface KnownServer {
  /** Base of its API, which names it here. */
  readonly url: string;
  readonly kind: ServerKind;
  /** Those that it offered when it was asked last. */
  readonly models: readonly KnownModel[];
  readonly routing: RoutingForm | null;
  readonly wantsKey: boolean;
}
