/**
 * Before byte-pair merging a text is cut into words; how, is named by `tokenizer.ggml.pre`. Names and regular expressions
 * are those of llama.cpp's `llama-vocab.cpp`, which took them from the models' own `tokenizer.json`. Where llama.cpp had to
 * approximate (it has no `\p{Lu}`, no class intersection), the model's own expression stands here, because that is what
 * the model was trained with.
 */

export interface PreTokenizer {
  /** Applied in turn, each to the pieces that the one before left; what no expression matches stays a piece too. */
  readonly patterns: readonly string[];
  /** A word that is a token as a whole is taken as it is, whatever the merges say. */
  readonly ignoreMerges?: true;
  /** Whether a BOS is written where `tokenizer.ggml.add_bos_token` is silent. */
  readonly addBos?: true;
}

interface NamedPreTokenizer extends PreTokenizer {
  readonly names: readonly string[];
}

const CONTRACTION = String.raw`(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])`;
const SPACES = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`;
const SYMBOLS_SPACES = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*|${SPACES}`;

const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const LLAMA3 = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|${SYMBOLS_SPACES}`;
const QWEN2 = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|${SYMBOLS_SPACES}`;
const QWEN35 = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|${SPACES}`;
const BAILING = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`;

/** Letters of the scripts with upper and lower case, as DeepSeek-LLM lists them. */
const CASED_LETTERS =
  'A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃';
const DEEPSEEK_CJK = '[一-龥ࠀ-一가-퟿]+';
const DEEPSEEK3_WORDS = String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_\x60{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|${SPACES}`;

/** Words in which lower case may follow upper case but not the reverse; `exclude` takes letters out of both. */
function casedWords({ suffix = '', exclude = '' }): string {
  const upper = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}${exclude}]`;
  const lower = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}${exclude}]`;
  const before = String.raw`[^\r\n\p{L}\p{N}]?`;
  return `${before}${upper}*${lower}+${suffix}|${before}${upper}+${lower}*${suffix}`;
}
const SUFFIX = `${CONTRACTION}?`;
const NOT_HAN = String.raw`&&[^\p{Han}]`;
const TEKKEN = String.raw`${casedWords({})}|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${SPACES}`;
const GPT4O = String.raw`${casedWords({ suffix: SUFFIX })}|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${SPACES}`;
const KIMI = String.raw`\p{Han}+|${casedWords({ suffix: SUFFIX, exclude: NOT_HAN })}|\p{N}{1,3}|${SYMBOLS_SPACES}`;

const PRE_TOKENIZERS: readonly NamedPreTokenizer[] = [
  {
    names: ['default'],
    patterns: [String.raw`[\p{P}\$\+<=>\^~\|]+`, GPT2, String.raw`\p{N}+`, '[0-9][0-9][0-9]'],
  },
  {
    names: [
      ...['gpt-2', 'phi-2', 'gigachat', 'a.x-4.0', 'mellum', 'exaone4', 'mpt', 'olmo', 'jais', 'trillion'],
      ...['granite-docling', 'modern-bert', 'roberta-bpe'],
    ],
    patterns: [GPT2],
  },
  {
    names: ['llama3', 'llama-v3', 'llama-bpe', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'],
    patterns: [LLAMA3],
    ignoreMerges: true,
    addBos: true,
  },
  { names: ['dbrx', 'smaug-bpe', 'glm4', 'chatglm-bpe'], patterns: [LLAMA3] },
  {
    names: [
      ...['qwen2', 'deepseek-r1-qwen', 'kormo', 'f2llmv2', 'megrez', 'stablelm2', 'hunyuan', 'solar-open', 'grok-2'],
    ],
    patterns: [QWEN2],
  },
  { names: ['qwen35'], patterns: [QWEN35] },
  { names: ['bailingmoe', 'bailingmoe2', 'llada-moe'], patterns: [BAILING] },
  {
    names: ['deepseek-llm'],
    patterns: [
      String.raw`[\r\n]`,
      String.raw`\s?[${CASED_LETTERS}]+`,
      String.raw`\s?[!-/:-~！-／：-～‘-‟　-。]+`,
      String.raw`\s+$`,
      DEEPSEEK_CJK,
      String.raw`\p{N}+`,
    ],
  },
  {
    names: ['deepseek-coder'],
    patterns: [String.raw`[\r\n]`, String.raw`\s?\p{L}+`, String.raw`\s?\p{P}+`, DEEPSEEK_CJK, String.raw`\p{N}`],
  },
  {
    names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm', 'hy_v4'],
    patterns: [String.raw`\p{N}{1,3}`, '[一-龥぀-ゟ゠-ヿ]+', DEEPSEEK3_WORDS],
  },
  {
    names: ['refact', 'starcoder', 'command-r', 'smollm', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    patterns: [String.raw`\p{N}`, GPT2],
  },
  {
    names: ['falcon'],
    patterns: [String.raw`[\p{P}\$\+<=>\^~\|\x60]+`, GPT2, '[0-9][0-9][0-9]'],
  },
  { names: ['tekken'], patterns: [TEKKEN], ignoreMerges: true, addBos: true },
  { names: ['gpt-4o', 'llama4', 'kanana2', 'minimax-m2'], patterns: [GPT4O] },
  { names: ['kimi-k2'], patterns: [KIMI] },
];

const BY_NAME: ReadonlyMap<string, PreTokenizer> = new Map(
  PRE_TOKENIZERS.flatMap((preTokenizer) => preTokenizer.names.map((name) => [name, preTokenizer] as const)),
);

export function preTokenizerNamed(name: string): PreTokenizer | undefined {
  return BY_NAME.get(name);
}

export const PRE_TOKENIZER_NAMES: readonly string[] = [...BY_NAME.keys()];
