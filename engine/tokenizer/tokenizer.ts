import { EngineError, quoted } from '../errors.ts';
import type { Metadata } from '../formats/metadata.ts';
import { bytesOfByteLevelToken } from './byte-alphabet.ts';
import { build, buildAtOnce, type Building, inSteps } from './building.ts';
import { byteLevelBpe } from './byte-level-bpe.ts';
import { PRE_TOKENIZER_NAMES, type PreTokenizer, preTokenizerNamed } from './pre-tokenizers.ts';
import { sentencePieceBpe, SPACE_MARK } from './sentencepiece-bpe.ts';
import { specialTokenSplitter } from './special-tokens.ts';
import { textBpe } from './text-bpe.ts';
import { readVocabulary, TOKEN_KIND, type Vocabulary } from './vocabulary.ts';

export interface EncodeOptions {
  /** Also read control tokens written out in the text, such as `<|im_start|>`; user-defined ones are always read. */
  readonly special?: boolean;
  /**
   * Where no control token may be read all the same, because someone has written it: start, end, start, end … in UTF-16 units,
   * ascending and apart. It is cut into tokens together with what stands around it.
   */
  readonly data?: readonly number[];
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
  /** Where the file does not say, or (`always`) whatever it says: early files of Gemma 4 say the wrong thing. */
  readonly addBos: boolean | 'always';
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
  const splitAtAll = specialTokenSplitter(special, userDefined);

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
      const whole = text.replace(/\p{Surrogate}/gu, '\uFFFD');
      const { special: isSpecial = false, data = [] } = options;
      const fragments = isSpecial ? splitAtAll(whole, data) : splitAtUserDefined(whole);
      return fragments.flatMap((fragment, i) =>
        typeof fragment === 'number' ? fragment : encodeFragment(fragment, typeof fragments[i - 1] !== 'string'),
      );
    },
    vocabularySize: tokens.length,
    bos,
    eos,
    addBos:
      bos !== undefined &&
      (addBos === 'always' || (metadata.optionalBoolean('tokenizer.ggml.add_bos_token') ?? addBos)),
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
  if (tokenizerKind(metadata) === 'byte-level') requirePreTokenizer(metadata);
}

const SPECIAL_KINDS: ReadonlySet<number> = new Set([TOKEN_KIND.control, TOKEN_KIND.unknown, TOKEN_KIND.userDefined]);

function* schemeOf(metadata: Metadata): Building<Scheme> {
  const kind = tokenizerKind(metadata);
  switch (kind) {
    case 'byte-level':
      return yield* byteLevelScheme(metadata);
    case 'sentencepiece':
      return yield* sentencePieceScheme(metadata);
    case 'text':
      return yield* textScheme(metadata);
    default:
      return kind satisfies never;
  }
}

/** Pre-tokenizers of vocabularies whose merges are of text, not of bytes. */
const TEXT_MERGES: ReadonlySet<string> = new Set(['gemma4', 'sarvam-moe']);

function tokenizerKind(metadata: Metadata): 'byte-level' | 'sentencepiece' | 'text' {
  const model = metadata.string('tokenizer.ggml.model');
  const merged = metadata.has('tokenizer.ggml.merges');
  if (model === 'gemma4') return 'text';
  // Some files of Gemma 4 are named by the kind that its forerunners had, with its merges beside.
  const isText = merged && TEXT_MERGES.has(metadata.optionalString('tokenizer.ggml.pre') ?? '');
  if (model === 'gpt2') return isText ? 'text' : 'byte-level';
  if (model === 'llama') return isText ? 'text' : 'sentencepiece';
  throw new EngineError(
    'unsupported-tokenizer',
    `This model's tokenizer is of the kind ${quoted(model)}. Supported are "gpt2" (byte-level BPE), "llama" (SentencePiece) and "gemma4".`,
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
  const merges = metadata.strings('tokenizer.ggml.merges');
  const vocabulary = readVocabulary(metadata, {}, merges);
  return {
    vocabulary,
    encodeFragment: yield* byteLevelBpe(vocabulary, merges, preTokenizer),
    bytesOfNormal: bytesOfByteLevelToken,
    addBos: preTokenizer.addBos ?? false,
    addsSpacePrefix: false,
  };
}

function* sentencePieceScheme(metadata: Metadata): Building<Scheme> {
  // Ids of the original Llama vocabulary, which llama.cpp assumes as well.
  const vocabulary = readVocabulary(metadata, { bos: 1, eos: 2, unknown: 0 }, []);
  const encodeMarked = yield* sentencePieceBpe(vocabulary);
  const addsSpacePrefix = metadata.optionalBoolean('tokenizer.ggml.add_space_prefix') ?? true;
  return {
    vocabulary,
    encodeFragment: (text, afterSpecial) =>
      encodeMarked((addsSpacePrefix && afterSpecial ? ` ${text}` : text).replaceAll(' ', SPACE_MARK)),
    bytesOfNormal: bytesOfMarkedText,
    addBos: true,
    addsSpacePrefix,
  };
}

function* textScheme(metadata: Metadata): Building<Scheme> {
  const merges = metadata.strings('tokenizer.ggml.merges');
  const vocabulary = readVocabulary(metadata, {}, merges);
  const isGemma = metadata.optionalString('tokenizer.ggml.pre') !== 'sarvam-moe';
  const encodeMarked = yield* textBpe(vocabulary, merges, isGemma);
  return {
    vocabulary,
    encodeFragment: (text) => encodeMarked(text.replaceAll(' ', SPACE_MARK)),
    bytesOfNormal: bytesOfMarkedText,
    addBos: isGemma ? 'always' : false,
    addsSpacePrefix: false,
  };
}

function bytesOfMarkedText(token: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(token.replaceAll(SPACE_MARK, ' '));
}

/** `<0x0A>` → [10] */
function bytesOfByteToken(token: string): Uint8Array<ArrayBuffer> {
  const hex = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
  return hex === undefined ? new TextEncoder().encode(token) : Uint8Array.of(Number.parseInt(hex, 16));
}
