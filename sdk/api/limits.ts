/** What a request may hold at most. */

/** JSON of a conversation that fills a context of a million tokens. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** All texts of a request together, in UTF-16 units: what fits into such a body. */
export const MAX_TEXT = 8 * 1024 * 1024;
/** A conversation longer than this is none that a person had. */
export const MAX_MESSAGES = 10_000;
export const MAX_PARTS = 1_000;
export const MAX_TOOL_CALLS = 128;
/** Tokens of a prompt or answer: contexts end far below. */
export const MAX_TOKENS = 16 * 1024 * 1024;
/** OpenAI has 4; programs for other servers send more. */
export const MAX_STOP_TEXTS = 16;
export const MAX_STOP_LENGTH = 1_000;
/** OpenAI's. */
export const MAX_TOP_LOGPROBS = 20;
/** OpenAI's, of `/v1/completions`. */
export const MAX_COMPLETION_LOGPROBS = 5;
/** Names, ids, labels. */
export const MAX_NAME = 1_000;
/** Requests that wait for their turn. */
export const MAX_WAITING = 100;
/** Experts that a request mutes, boosts or leaves: the largest models have 30,000. */
export const MAX_STEERED = 65_536;
/** An expert's index has 16 bits, and no model has as many layers as this. */
export const MAX_EXPERT = 65_535;
export const MAX_LAYER = 1_024;
/** Added to the choice score; the engine's own bound. */
export const MAX_BOOST = 1e6;
