/**
 * Keys of servers, encrypted by a passphrase, in a database of their own. Nothing of it can be read without the passphrase, which is
 * stored nowhere; neither is a key in the clear.
 */
import * as v from 'valibot';
import { keyvalStore } from '../../idb/keyval-store.ts';
import { get, del, keys, set } from 'idb-keyval';
import { orInMemory } from '../storage/database.ts';

/** OWASP's advice for PBKDF2 with HMAC-SHA-256 (Password Storage Cheat Sheet). */
const ITERATIONS = 600_000;
const SALT_BYTES = 16;
const IV_BYTES = 12; // what AES-GCM is made for
const LONGEST_KEY = 4096;

/** A record may say how often, as advice goes up; not so often that the page stands still. */
const Bytes = (least: number, most: number): v.GenericSchema<unknown, Uint8Array<ArrayBuffer>> =>
  v.pipe(
    v.instance(Uint8Array<ArrayBuffer>),
    v.check((bytes) => bytes.length >= least && bytes.length <= most),
  );
const Sealed = v.object({
  version: v.literal(1),
  iterations: v.pipe(v.number(), v.integer(), v.minValue(100_000), v.maxValue(10_000_000)),
  salt: Bytes(SALT_BYTES, SALT_BYTES),
  iv: Bytes(IV_BYTES, IV_BYTES),
  data: Bytes(17, 4 * LONGEST_KEY + 16),
});
type Sealed = v.InferOutput<typeof Sealed>;

export interface KeyVault {
  /** Addresses whose keys are kept. */
  urls(): Promise<readonly string[]>;
  /** Rejects where the browser does not store it. */
  keep(url: string, key: string, passphrase: string): Promise<void>;
  /** Null where the passphrase is another, or there is nothing. */
  open(url: string, passphrase: string): Promise<string | null>;
  forget(url: string): Promise<void>;
}

export function openKeyVault(name = 'mixtab-keys'): KeyVault {
  const store = orInMemory(keyvalStore(name, 'keys'));
  return {
    urls: async () => (await keys(store)).filter((url) => typeof url === 'string'),
    keep: async (url, key, passphrase) => set(url, await seal(url, key, passphrase), store),
    open: async (url, passphrase) => {
      const sealed = v.safeParse(Sealed, await get<unknown>(url, store));
      return sealed.success ? unseal(url, sealed.output, passphrase) : null;
    },
    forget: (url) => del(url, store),
  };
}

async function seal(url: string, key: string, passphrase: string): Promise<Sealed> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const cipher = await cipherKey(passphrase, salt, ITERATIONS);
  const data = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: boundTo(url) },
    cipher,
    new TextEncoder().encode(key),
  );
  return { version: 1, iterations: ITERATIONS, salt, iv, data: new Uint8Array(data) };
}

async function unseal(url: string, { salt, iv, iterations, data }: Sealed, passphrase: string): Promise<string | null> {
  const cipher = await cipherKey(passphrase, salt, iterations);
  try {
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: boundTo(url) }, cipher, data);
    return new TextDecoder().decode(opened);
  } catch {
    return null;
  }
}

/** A record that was put under another address does not open: the key would go to that one. */
function boundTo(url: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`mixtab-key:1:${url}`);
}

async function cipherKey(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  // The same letters, however the keyboard composes them.
  const bytes = new TextEncoder().encode(passphrase.normalize('NFKC'));
  const material = await crypto.subtle.importKey('raw', bytes, 'PBKDF2', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  );
}

export const LEAST_PASSPHRASE = 8;

/** What may stand in a header. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text) && text.length <= LONGEST_KEY;
}
