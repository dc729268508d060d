/** What a value of a record may be. The limits are far above what anyone writes: they keep a bad record from filling the memory. */
import * as v from 'valibot';

export const MAX_TEXT = 20_000_000; // characters of a message or a file in it
export const MAX_NAME = 1000;
export const MAX_ATTACHMENTS = 100;
export const MAX_CALLS = 1000;
/** Ids of an answer that are kept: of a longer one the next turn reads the text. */
export const MAX_ANSWER_TOKENS = 20_000;
const MAX_ADDRESS = 8192; // longer ones are refused by servers
const LATEST = 8.64e15; // the last day that a Date can name

/** Ids become part of keys in the store: nothing else may stand in them. */
export const Id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/));
export const Time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LATEST));
/** Of tokens, bytes, milliseconds. */
export const Count = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
export const Text = v.pipe(v.string(), v.maxLength(MAX_TEXT));
/** What is too long is cut: a name still names. */
export const Name = v.pipe(
  v.string(),
  v.transform((name) => name.slice(0, MAX_NAME)),
);
export const Key = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_ADDRESS));
/** Of a model on a server. */
export const Address = v.pipe(
  v.string(),
  v.maxLength(MAX_ADDRESS),
  v.regex(/^https?:\/\//),
  v.check((address) => URL.canParse(address)),
);

/** Of a server's API: nothing secret stands in it. */
export const BaseAddress = v.pipe(
  Address,
  v.check((address) => {
    const { username, password, search, hash } = new URL(address);
    return username + password + search + hash === '';
  }),
);
/** A name and a port, as `URL` writes them. */
export const Host = v.pipe(v.string(), v.maxLength(300), v.regex(/^[^\s/@]+$/));

export function between(least: number, most: number): v.GenericSchema<unknown, number> {
  return v.pipe(v.number(), v.minValue(least), v.maxValue(most));
}

export function wholeBetween(least: number, most: number): v.GenericSchema<unknown, number> {
  return v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
}
