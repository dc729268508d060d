import { EngineError, quoted } from '../errors.ts';
import { MAX_MERGES, MAX_TOKEN_LENGTH } from '../formats/header-limits.ts';
import type { Metadata } from '../formats/metadata.ts';
import { bytesOfByteLevelToken } from './byte-alphabet.ts';
import { build, buildAtOnce, type Building, inSteps } from './building.ts';
import { byteLevelBpe } from './byte-level-bpe.ts';
import { PRE_TOKENIZER_NAMES, type PreTokenizer, preTokenizerNamed } from './pre-tokenizers.ts';
import { sentencePieceBpe, SPACE_MARK } from './sentencepiece-bpe.ts';
import { specialTokenSplitter } from './special-tokens.ts';
import { readVocabulary, TOKEN_KIND, type Vocabulary } from './vocabulary.ts';

export interface EncodeOptions {
  /** Also read control tokens written out in the text, such as `<|im_start|>`; user-defined ones are always read. */
  readonly special?: boolean;
}

export interface Tokenizer {
  /** Ids of a text; nothing is added before or after it. */
  encode(text: string, options?: EncodeOptions): number[];
  readonly vocabularySize: number;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  /** Whether the model wants a BOS before, an EOS after a text. Where the file gives no such token: false. */
  readonly addBos: boolean;
  readonly addEos: boolean;
  /** Whether {@link encode} puts a space before a text at its beginning and after each special token (SentencePiece). */
  readonly addsSpacePrefix: boolean;
  /** Ids that end an answer: EOS, end of turn, end of message, and those known by their text. */
  readonly endOfTurn: ReadonlySet<number>;
  /** The id of exactly this token. */
  idOf(token: string): number | undefined;
  /** Control, unknown or user-defined: matched as a whole, before the text is cut into tokens. */
  isSpecial(id: number): boolean;
  /** The bytes that a token adds to a text; none for control tokens and ids outside the vocabulary. */
  bytes(id: number): Uint8Array<ArrayBuffer>;
  /** For display: control tokens as they are written, incomplete UTF-8 as U+FFFD. */
  text(id: number): string;
}

/** What differs between the kinds of tokenizer. */
interface Scheme {
  readonly vocabulary: Vocabulary;
  readonly encodeFragment: (text: string, afterSpecial: boolean) => number[];
  readonly bytesOfNormal: (token: string) => Uint8Array<ArrayBuffer>;
  readonly addBos: boolean;
  readonly addsSpacePrefix: boolean;
}

/**
 * The tokenizer that a GGUF header describes. Between its steps others get their turn.
 * @throws EngineError `unsupported-tokenizer` for a kind or pre-tokenizer that we do not have; `corrupt-file` where the
 *   header contradicts itself; AbortError
 */
export function loadTokenizer(metadata: Metadata, signal?: AbortSignal): Promise<Tokenizer> {
  return build(tokenizerOf(metadata), signal);
}

/** The same without turns for others: for small vocabularies. */
export function createTokenizer(metadata: Metadata): Tokenizer {
  return buildAtOnce(tokenizerOf(metadata));
}

function* tokenizerOf(metadata: Metadata): Building<Tokenizer> {
  const { vocabulary, encodeFragment, bytesOfNormal, addBos, addsSpacePrefix } = yield* schemeOf(metadata);
  const { tokens, kinds, bos, eos, endOfTurn } = vocabulary;

  const idOfToken = new Map<string, number>();
  const userDefined = new Map<string, number>();
  const special = new Map<string, number>();
  yield* inSteps(tokens, (token, id) => {
    idOfToken.set(token, id);
    const kind = kinds[id] ?? TOKEN_KIND.undefined;
    if (kind === TOKEN_KIND.userDefined) userDefined.set(token, id);
    if (SPECIAL_KINDS.has(kind)) special.set(token, id);
  });
  const splitAtUserDefined = specialTokenSplitter(userDefined);
  const splitAtAll = specialTokenSplitter(special);

  const bytes = (id: number): Uint8Array<ArrayBuffer> => {
    const token = tokens[id] ?? '';
    switch (kinds[id]) {
      case TOKEN_KIND.normal:
        return bytesOfNormal(token);
      case TOKEN_KIND.userDefined:
        return new TextEncoder().encode(token);
      case TOKEN_KIND.byte:
        return bytesOfByteToken(token);
      default:
        return new Uint8Array(0);
    }
  };

  return {
    encode(text, options = {}) {
      // UTF-8 has no lone surrogates; JavaScript strings may.
      const fragments = (options.special ? splitAtAll : splitAtUserDefined)(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
      return fragments.flatMap((fragment, i) =>
        typeof fragment === 'number' ? fragment : encodeFragment(fragment, typeof fragments[i - 1] !== 'string'),
      );
    },
    vocabularySize: tokens.length,
    bos,
    eos,
    addBos: bos !== undefined && (metadata.optionalBoolean('tokenizer.ggml.add_bos_token') ?? addBos),
    addEos: eos !== undefined && (metadata.optionalBoolean('tokenizer.ggml.add_eos_token') ?? false),
    addsSpacePrefix,
    endOfTurn,
    idOf: (token) => idOfToken.get(token),
    isSpecial: (id) => SPECIAL_KINDS.has(kinds[id] ?? TOKEN_KIND.undefined),
    bytes,
    text: (id) => (kinds[id] === TOKEN_KIND.control ? (tokens[id] ?? '') : new TextDecoder().decode(bytes(id))),
  };
}

/**
 * Checks that we have the tokenizer that a header asks for, without the work of making it.
 * @throws EngineError `unsupported-tokenizer`
 */
export function requireTokenizer(metadata: Metadata): void {
  if (tokenizerKind(metadata) === 'gpt2') requirePreTokenizer(metadata);
}

const SPECIAL_KINDS: ReadonlySet<number> = new Set([TOKEN_KIND.control, TOKEN_KIND.unknown, TOKEN_KIND.userDefined]);

function* schemeOf(metadata: Metadata): Building<Scheme> {
  const kind = tokenizerKind(metadata);
  switch (kind) {
    case 'gpt2':
      return yield* byteLevelScheme(metadata);
    case 'llama':
      return yield* sentencePieceScheme(metadata);
    default:
      return kind satisfies never;
  }
}

function tokenizerKind(metadata: Metadata): 'gpt2' | 'llama' {
  const model = metadata.string('tokenizer.ggml.model');
  if (model === 'gpt2' || model === 'llama') return model;
  throw new EngineError(
    'unsupported-tokenizer',
    `This model's tokenizer is of the kind ${quoted(model)}. Supported are "gpt2" (byte-level BPE) and "llama" (SentencePiece).`,
  );
}

function requirePreTokenizer(metadata: Metadata): PreTokenizer {
  // Files from before the key existed: llama.cpp takes its "default" for them too.
  const name = metadata.optionalString('tokenizer.ggml.pre') ?? 'default';
  const preTokenizer = preTokenizerNamed(name);
  if (!preTokenizer) {
    throw new EngineError(
      'unsupported-tokenizer',
      `This model cuts its text by the pre-tokenizer ${quoted(name)}. Supported are: ${PRE_TOKENIZER_NAMES.join(', ')}.`,
    );
  }
  return preTokenizer;
}

function* byteLevelScheme(metadata: Metadata): Building<Scheme> {
  const preTokenizer = requirePreTokenizer(metadata);
  const vocabulary = readVocabulary(metadata, {});
  const merges = metadata.strings('tokenizer.ggml.merges');
  checkMerges(merges);
  return {
    vocabulary,
    encodeFragment: yield* byteLevelBpe(vocabulary, merges, preTokenizer),
    bytesOfNormal: bytesOfByteLevelToken,
    addBos: preTokenizer.addBos ?? false,
    addsSpacePrefix: false,
  };
}

/** A merge is two tokens and the space between them. */
const MAX_MERGE_LENGTH = 2 * MAX_TOKEN_LENGTH + 1;

function checkMerges(merges: readonly string[]): void {
  if (merges.length > MAX_MERGES)
    throw new EngineError(
      'corrupt-file',
      `The vocabulary of this model has ${merges.length} merges, where at most ${MAX_MERGES} make sense.`,
    );
  const long = merges.findIndex(({ length }) => length > MAX_MERGE_LENGTH);
  if (long >= 0)
    throw new EngineError(
      'corrupt-file',
      `Merge ${long} of this model's vocabulary has ${merges[long]?.length ?? 0} characters, where at most ` +
        `${MAX_MERGE_LENGTH} make sense. The file is damaged, or made to do harm.`,
    );
}

function* sentencePieceScheme(metadata: Metadata): Building<Scheme> {
  // Ids of the original Llama vocabulary, which llama.cpp assumes as well.
  const vocabulary = readVocabulary(metadata, { bos: 1, eos: 2, unknown: 0 });
  const encodeMarked = yield* sentencePieceBpe(vocabulary);
  const addsSpacePrefix = metadata.optionalBoolean('tokenizer.ggml.add_space_prefix') ?? true;
  return {
    vocabulary,
    encodeFragment: (text, afterSpecial) =>
      encodeMarked((addsSpacePrefix && afterSpecial ? ` ${text}` : text).replaceAll(' ', SPACE_MARK)),
    bytesOfNormal: (token) => new TextEncoder().encode(token.replaceAll(SPACE_MARK, ' ')),
    addBos: true,
    addsSpacePrefix,
  };
}

/** `<0x0A>` → [10] */
function bytesOfByteToken(token: string): Uint8Array<ArrayBuffer> {
  const hex = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return hex === undefined ? new TextEncoder().encode(token) : Uint8Array.of(Number.parseInt(hex, 16));
}
