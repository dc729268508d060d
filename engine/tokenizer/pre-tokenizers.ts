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
  /**
   * The form of Unicode that a text is brought into first. A GGUF file does not say, and llama.cpp does without; but the
   * models' own `tokenizer.json` does it, so that they have never seen an "é" of two code points.
   */
  readonly normalization?: 'NFC';
}

interface NamedPreTokenizer extends PreTokenizer {
  readonly names: readonly string[];
}

/** A line, or the breaks between two. */
export const LINES = String.raw`[^\n]+|\n+`;
const CONTRACTION = String.raw`(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])`;
const SPACES = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`;
const SYMBOLS_SPACES = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*|${SPACES}`;

const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const LLAMA3 = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|${SYMBOLS_SPACES}`;
const QWEN2 = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|${SYMBOLS_SPACES}`;
const QWEN35 = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|${SPACES}`;
const QWEN2_WORDS_OF_NUMBERS = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+|${SYMBOLS_SPACES}`;
const BAILING = String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`;

/** Letters of the scripts with upper and lower case, as DeepSeek-LLM lists them; escaped, as some change under NFC. */
const CASED_LETTERS = [
  String.raw`A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af`,
  String.raw`\u0370-\u0373\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5`,
  String.raw`\u03f7-\u0481\u048a-\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba`,
  String.raw`\u1cbd-\u1cbf\u1d00-\u1d2b\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45`,
  String.raw`\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe`,
  String.raw`\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102`,
  String.raw`\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128\u212a-\u212d\u212f-\u2134\u2139`,
  String.raw`\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4\u2ceb-\u2cee\u2cf2\u2cf3`,
  String.raw`\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf\ufb00-\ufb06`,
  String.raw`\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\u{10400}-\u{1044f}\u{104b0}-\u{104d3}\u{104d8}-\u{104fb}`,
  String.raw`\u{10c80}-\u{10cb2}\u{10cc0}-\u{10cf2}\u{118a0}-\u{118df}\u{1e900}-\u{1e943}`,
].join('');
const DEEPSEEK_CJK = '[一-龥ࠀ-一가-퟿]+';
const DEEPSEEK3_WORDS = String.raw`[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_\x60{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|${SPACES}`;

/** Runs of at most three digits, counted from the right of a number: 1·234·567. */
const DIGITS_FROM_THE_RIGHT = String.raw`\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))`;
/** Scripts that write no spaces between words, as Trinity lists them: Han, kana, Thai, Lao, Khmer, Myanmar, Hangul. */
const UNSPACED_SCRIPTS = [
  String.raw`\u4e00-\u9fff\u3400-\u4dbf\uf900-\ufaff\u3040-\u309f\u30a0-\u30ff\uff65-\uff9f\u2f00-\u2fdf`,
  String.raw`\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u1000-\u109f\uaa60-\uaa7f\ua9e0-\ua9ff\uac00-\ud7af\u1100-\u11ff`,
].join('');

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
      'gpt-2',
      'phi-2',
      'gigachat',
      'a.x-4.0',
      'mellum',
      'exaone4',
      'mpt',
      'olmo',
      'jais',
      'trillion',
      'granite-docling',
      'modern-bert',
      'roberta-bpe',
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
  { names: ['qwen2', 'f2llmv2'], patterns: [QWEN2], normalization: 'NFC' },
  {
    names: ['deepseek-r1-qwen', 'kormo', 'megrez', 'stablelm2', 'hunyuan', 'solar-open', 'grok-2'],
    patterns: [QWEN2],
  },
  { names: ['qwen35'], patterns: [QWEN35], normalization: 'NFC' },
  { names: ['laguna'], patterns: [LINES, QWEN2] },
  {
    names: ['seed-coder'],
    patterns: [String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|${SPACES}`],
  },
  {
    names: ['exaone-moe'],
    patterns: [
      String.raw`${CONTRACTION}|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+`,
    ],
  },
  { names: ['minicpm5'], patterns: [String.raw`\p{N}{1,3}`, QWEN2_WORDS_OF_NUMBERS], ignoreMerges: true },
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
  { names: ['gpt-4o', 'llama4', 'kanana2', 'talkie', 'minimax-m2'], patterns: [GPT4O] },
  { names: ['tiny_aya', 'cohere2moe'], patterns: [DIGITS_FROM_THE_RIGHT, GPT4O] },
  { names: ['afmoe'], patterns: [DIGITS_FROM_THE_RIGHT, `[${UNSPACED_SCRIPTS}]+`, DEEPSEEK3_WORDS] },
  { names: ['kimi-k2'], patterns: [KIMI] },
];

const BY_NAME: ReadonlyMap<string, PreTokenizer> = new Map(
  PRE_TOKENIZERS.flatMap((preTokenizer) => preTokenizer.names.map((name) => [name, preTokenizer] as const)),
);

export function preTokenizerNamed(name: string): PreTokenizer | undefined {
  return BY_NAME.get(name);
}

export const PRE_TOKENIZER_NAMES: readonly string[] = [...BY_NAME.keys()];
