import type { Channel } from '../api.ts';

/** Text of an answer, and where it belongs. */
export interface AnswerPart {
  readonly channel: Channel;
  readonly text: string;
}

/** Reads an answer as it arrives, and says which part of it what is for. What may be half a mark is held back. */
export interface AnswerParser {
  /** Where what comes next would belong. */
  readonly channel: Channel;
  /** What ends the block under way, as the model would write it; empty outside of blocks. */
  readonly ending: string;
  /** Text of tokens that are none of control. */
  push(text: string): AnswerPart[];
  /** A control token, by its name. */
  control(token: string): AnswerPart[];
  /** The thought under way is ended by {@link ending}, whose tokens are not pushed. */
  endThought(): AnswerPart[];
  /** The end: what was held back. */
  flush(): AnswerPart[];
}
