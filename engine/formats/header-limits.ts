/**
 * What a header may hold. Published models are the measure: each limit is at least eight times the most that any of them has,
 * unless it says otherwise, and a header at all limits at once is still read in seconds and in some hundred megabytes.
 */

/** The largest published header, 260k tokens and 500k merges, has 16 MB. Four times that: this is what memory and time go by. */
export const MAX_HEADER_BYTES = 64 * 1024 * 1024;
/** Real files have 20 to 60 keys. */
export const MAX_KEYS = 1_000;
/** The longest key has 60 bytes; the format allows 65,535. */
export const MAX_KEY_BYTES = 1_024;
/** Chat templates and licences are the longest real strings, below 100 kB. */
export const MAX_STRING_BYTES = 1024 * 1024;
/** Strings in lists: tokens, merges, tags. The longest token has some hundred bytes. */
export const MAX_ITEM_BYTES = 16 * 1024;
/** The largest vocabulary has 262k tokens, with 515k merges. */
export const MAX_ARRAY_LENGTH = 4_000_000;
/** In all lists together: tokens, their types and scores, and merges, 1.3 million at most. */
export const MAX_ARRAY_ITEMS = 10_000_000;
/** DeepSeek-V3 has 1,086; a model of 128 layers that keeps 512 experts apart would have 200,000. */
export const MAX_TENSORS = 250_000;
/** ggml's own limit is 63. */
export const MAX_TENSOR_NAME_BYTES = 255;

/** The largest vocabulary has 262,144 tokens. */
export const MAX_VOCABULARY = 2_097_152;
/** Published: 515k. Four times that: looking them up is what a tokenizer takes longest to prepare. */
export const MAX_MERGES = 2_097_152;
/** In characters. The longest published tokens are 128 to 256 spaces or dashes. */
export const MAX_TOKEN_LENGTH = 2_048;
/** Control and user-defined tokens are looked for in every text. Gemma has most, 6,414. */
export const MAX_SPECIAL_TOKENS = 51_312;
/** And the characters of all of them: Gemma's have 70,000. */
export const MAX_SPECIAL_CHARACTERS = 1_000_000;
