import { EngineError } from '../errors.ts';
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
 * @throws EngineError `corrupt-file` where lists are missing or of different lengths.
 */
export function readVocabulary(metadata: Metadata, defaults: DefaultIds, merges: readonly string[]): Vocabulary {
  const tokens = metadata.strings('tokenizer.ggml.tokens');
  const scores = metadata.optionalNumbers('tokenizer.ggml.scores');
  const types = metadata.optionalNumbers('tokenizer.ggml.token_type');
  for (const [name, list] of Object.entries({ scores, token_type: types })) {
    if (list && list.length < tokens.length) {
      throw new EngineError(
        'corrupt-file',
        `The model file has ${tokens.length} tokens but only ${list.length} entries in tokenizer.ggml.${name}.`,
      );
    }
  }

  const id = (key: string, fallback?: number): number | undefined => {
    const value = metadata.optionalNumber(`tokenizer.ggml.${key}_token_id`) ?? fallback;
    return value !== undefined && Number.isInteger(value) && value >= 0 && value < tokens.length ? value : undefined;
  };

  const kinds = new Uint8Array(tokens.length).fill(TOKEN_KIND.normal);
  if (types) kinds.set(types.slice(0, tokens.length));
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
