// What a template may use up. It is a program that came with a model, and nobody has looked at it: text of gigabytes, or a loop
// without end, would take memory and time before any clock runs out. A template runs at once, without a pause: the budget of
// the one that runs is kept here, so that everything that makes a value can spend it.

/** Twice what a prompt may be, so that the limit on the prompt is what people meet. In UTF-16 units. */
export const MAX_TEXT_LENGTH = 8 * 1024 * 1024;
/** Far more than messages, tools and their parts together. */
export const MAX_LIST_LENGTH = 1_000_000;
/** Of texts and lists that operators, filters and calls make; a conversation that fills a context of a million tokens makes a tenth. */
const MAX_MADE = 512 * 1024 * 1024;
/**
 * A few seconds, where no thread of its own can be ended: 10,000 messages of a large template are a million; Gemma 4 looks back
 * from each message over all before it, and may so do for some thousands.
 */
const MAX_STEPS = 50_000_000;
/** Of expressions and statements within each other: in a file, and (macros that call themselves) when it runs. */
export const MAX_PARSE_DEPTH = 200;
const MAX_RUN_DEPTH = 800;
/** Whole numbers grow without end in Python. */
const MAX_INTEGER_BITS = 65_536;

/** A template that goes beyond what a template may. */
export class TemplateLimitError extends Error {}

let steps = 0;
let made = 0;
let depth = 0;

/** Runs a template with a fresh budget. */
export function withBudget<T>(run: () => T): T {
  steps = made = depth = 0;
  return run();
}

/** Work that was done, or is about to be. */
export function spend(count = 1): void {
  steps += count;
  if (steps > MAX_STEPS) throw new TemplateLimitError('takes too many steps');
}

/** Goes in, and with {@link leave} out again; an error ends the whole template. */
export function enter(): void {
  if (++depth > MAX_RUN_DEPTH) throw new TemplateLimitError('is nested too deeply');
}

export function leave(): void {
  depth--;
}

/** Before a text is made. @returns the length */
export function makesText(length: number): number {
  if (length > MAX_TEXT_LENGTH) throw new TemplateLimitError('makes a text that is too long');
  makes(length);
  return length;
}

/** Before a list is made. @returns the length */
export function makesList(length: number): number {
  if (length > MAX_LIST_LENGTH) throw new TemplateLimitError('makes a list that is too long');
  makes(length);
  return length;
}

function makes(length: number): void {
  made += length;
  if (made > MAX_MADE) throw new TemplateLimitError('makes too much text');
}

/** Before a whole number is made. */
export function makesInteger(bits: number): void {
  if (bits > MAX_INTEGER_BITS) throw new TemplateLimitError('makes a number that is too large');
  spend(bits / 64);
}
