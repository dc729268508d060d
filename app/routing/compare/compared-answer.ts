import type { PastAnswer } from '../../state/chat-state.ts';
import type { ExpertLoad } from '../expert-load.ts';
import type { RoutingRecord } from '../routing-record.ts';

/** One of two answers that are set side by side. */
export interface ComparedAnswer {
  readonly answer: PastAnswer;
  readonly routing: RoutingRecord;
  readonly load: ExpertLoad;
}
