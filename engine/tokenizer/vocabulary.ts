import { EngineError } from '../errors.ts';
import {
  MAX_MERGES,
  MAX_SPECIAL_CHARACTERS,
  MAX_SPECIAL_TOKENS,
  MAX_TOKEN_LENGTH,
  MAX_VOCABULARY,
} from '../formats/header-limits.ts';
import type { Metadata } from '../formats/metadata.ts';

/** Values of `tokenizer.ggml.token_type`. */
export const TOKEN_KIND = {
  undefined: 0,
  normal: 1,
  unknown: 2,
  control: 3,
  userDefined: 4,
  unused: 5,
  byte: 6,
} as const;

/** What a GGUF header says of its vocabulary, whatever the kind of tokenizer. Ids are indices. */
export interface Vocabulary {
  readonly tokens: readonly string[];
  /** One {@link TOKEN_KIND} a token. */
  readonly kinds: Uint8Array;
  readonly scores: readonly number[] | undefined;
  readonly bos: number | undefined;
  readonly eos: number | undefined;
  readonly unknown: number | undefined;
  /** Tokens that end an answer. */
  readonly endOfTurn: ReadonlySet<number>;
}

/** Ids to assume where the header is silent. */
export interface DefaultIds {
  readonly bos?: number;
  readonly eos?: number;
  readonly unknown?: number;
}

/**
 * Texts of tokens that end an answer, whatever id and type a file gives them: many files name only one of several
 * (Qwen gives `<|im_end|>` or `<|endoftext|>`, Llama 3 `<|eot_id|>` or `<|end_of_text|>`). The list is llama.cpp's.
 */
const END_OF_TURN_TEXTS: ReadonlySet<string> = new Set([
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|flush|>',
  '<|calls|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '</s>',
  '<|eom_id|>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '[EOS]',
  '<|end_of_text|>',
  '<eos>',
  '<turn|>',
  '<end_of_utterance>',
  '<｜end▁of▁sentence｜>',
  '<|tool_response>',
  '[e~[',
]);

/** Fill-in-the-middle tokens after which a code model goes on with another file: nothing that follows is an answer. */
const END_OF_FILE_TEXTS: ReadonlySet<string> = new Set([
  '<|fim_pad|>',
  '<fim-pad>',
  '<fim_pad>',
  '<PAD>',
  '[PAD]',
  '<|fim_repo|>',
  '<|repo_name|>',
  '<fim-repo>',
  '<REPO>',
  '<reponame>',
  '<|file_sep|>',
]);

function endsByItsText(text: string): boolean {
  return END_OF_TURN_TEXTS.has(text) || END_OF_FILE_TEXTS.has(text);
}

/**
 * @param merges pairs `"left right"` of a byte-pair vocabulary, none for other kinds
 * @throws EngineError `corrupt-file` where lists are missing, too long, of different lengths, or hold what makes no sense.
 */
export function readVocabulary(metadata: Metadata, defaults: DefaultIds, merges: readonly string[]): Vocabulary {
  const tokens = metadata.strings('tokenizer.ggml.tokens');
  const scores = metadata.optionalNumbers('tokenizer.ggml.scores');
  const types = metadata.optionalNumbers('tokenizer.ggml.token_type');
  checkTokens(tokens);
  checkMerges(merges);
  for (const [name, list] of Object.entries({ scores, token_type: types })) {
    if (list && list.length < tokens.length) {
      throw new EngineError(
        'corrupt-file',
        `The model file has ${tokens.length} tokens but only ${list.length} entries in tokenizer.ggml.${name}.`,
      );
    }
  }
  const unscored = scores?.findIndex(Number.isNaN) ?? -1;
  if (unscored >= 0)
    throw new EngineError(
      'corrupt-file',
      `The model file says tokenizer.ggml.scores[${unscored}] = NaN, where numbers make sense. It is damaged.`,
    );

  const kinds = new Uint8Array(tokens.length).fill(TOKEN_KIND.normal);
  // A kind that we do not know is none, as in llama.cpp.
  types
    ?.slice(0, tokens.length)
    .forEach((type, id) => (kinds[id] = KNOWN_KINDS.has(type) ? type : TOKEN_KIND.undefined));
  checkSpecial(tokens, kinds);
  const id = (key: string, fallback?: number): number | undefined =>
    specialId(metadata, `tokenizer.ggml.${key}_token_id`, tokens.length, fallback);
  const eos = id('eos', defaults.eos);
  // A list that Ollama's files have.
  const moreEnds = (metadata.optionalNumbers('tokenizer.ggml.eos_token_ids') ?? []).filter(
    (end) => Number.isInteger(end) && end >= 0 && end < tokens.length,
  );
  return {
    tokens,
    kinds,
    scores,
    bos: id('bos', defaults.bos),
    eos,
    unknown: id('unknown', defaults.unknown),
    endOfTurn: findEndOfTurn(tokens, kinds, [eos, id('eot'), id('eom'), ...moreEnds], merges),
  };
}

const KNOWN_KINDS: ReadonlySet<number> = new Set(Object.values(TOKEN_KIND));

function checkTokens(tokens: readonly string[]): void {
  if (tokens.length === 0 || tokens.length > MAX_VOCABULARY)
    throw new EngineError(
      'corrupt-file',
      `The vocabulary of this model has ${tokens.length} tokens, where 1 to ${MAX_VOCABULARY} make sense.`,
    );
  const long = tokens.findIndex(({ length }) => length > MAX_TOKEN_LENGTH);
  if (long >= 0)
    throw new EngineError(
      'corrupt-file',
      `Token ${long} of this model's vocabulary has ${tokens[long]?.length ?? 0} characters, where at most ` +
        `${MAX_TOKEN_LENGTH} make sense. The file is damaged, or made to do harm.`,
    );
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

/** They are looked for in every text, by one regular expression. */
function checkSpecial(tokens: readonly string[], kinds: Uint8Array): void {
  let count = 0;
  let characters = 0;
  tokens.forEach((token, id) => {
    const kind = kinds[id];
    if (kind !== TOKEN_KIND.control && kind !== TOKEN_KIND.userDefined && kind !== TOKEN_KIND.unknown) return;
    count++;
    characters += token.length;
  });
  if (count > MAX_SPECIAL_TOKENS || characters > MAX_SPECIAL_CHARACTERS)
    throw new EngineError(
      'corrupt-file',
      `The vocabulary of this model has ${count} special tokens of ${characters} characters, where at most ` +
        `${MAX_SPECIAL_TOKENS} of ${MAX_SPECIAL_CHARACTERS} make sense. The file is damaged, or made to do harm.`,
    );
}

/** An id beyond the vocabulary is none, as in llama.cpp (files write -1 for it); what is no id at all is an error. */
function specialId(
  metadata: Metadata,
  key: string,
  vocabularySize: number,
  fallback: number | undefined,
): number | undefined {
  const value = metadata.optionalNumber(key) ?? fallback;
  if (value === undefined) return undefined;
  if (Number.isInteger(value)) return value >= 0 && value < vocabularySize ? value : undefined;
  throw new EngineError(
    'corrupt-file',
    `The model file says ${key} = ${value}, where 0 to ${vocabularySize - 1} makes sense. It is damaged.`,
  );
}

/**
 * Also sets the kind of what it finds by text to `control`: some files have them as normal text by mistake. Not where merges
 * lead to it: then it is text that the model has read in its training like any other (`</s>` is in Qwen's vocabulary).
 */
function findEndOfTurn(
  tokens: readonly string[],
  kinds: Uint8Array,
  named: readonly (number | undefined)[],
  merges: readonly string[],
): Set<number> {
  const found = new Set(named.filter((id) => id !== undefined));
  const byText = new Map<string, number>();
  const merged = new Set(merges.map((merge) => merge.replace(' ', '')).filter(endsByItsText));
  tokens.forEach((text, id) => {
    if (!endsByItsText(text)) return;
    if (kinds[id] === TOKEN_KIND.normal && merged.has(text) && !found.has(id)) return;
    kinds[id] = TOKEN_KIND.control;
    found.add(id);
    byText.set(text, id);
  });

  // In the "harmony" format <|end|> closes one of several messages of an answer; <|return|> and <|call|> end it.
  const end = byText.get('<|end|>');
  const harmony = byText.has('<|call|>') && byText.has('<|return|>');
  const solar = (byText.has('<|call|>') || byText.has('<|calls|>')) && byText.has('<|flush|>');
  if (end !== undefined && (harmony || solar)) {
    found.delete(end);
    kinds[end] = TOKEN_KIND.userDefined;
  }
  // Gemma 4 writes </s> as ordinary text.
  const closing = byText.get('</s>');
  if (closing !== undefined && byText.has('<|tool_response>')) {
    found.delete(closing);
    kinds[closing] = TOKEN_KIND.normal;
  }
  return found;
}
