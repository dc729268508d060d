/**
 * Mixture-of-Experts chat models between 0.8 GB and 12 GB.
 *
 * None of these facts could be asked of the hub itself when this was written: they are from model cards and from what others
 * published about the same files, and `checked` says so of each file. Whoever picks an entry gets the facts of the file
 * itself before anything is downloaded. What could not be sourced is null. `catalogue.test.ts` holds the entries against
 * each other and against what the engine runs.
 */

/** How sure a file's size and SHA-256 are. `hub`: read from the hub; `documentation`: published elsewhere. */
export type Checked = 'hub' | 'documentation' | 'not-verified';

export interface CatalogueEntry {
  readonly id: string;
  readonly name: string;
  /** Who trained it. */
  readonly by: string;
  /** `general.architecture`. */
  readonly architecture: string;
  /** Whether the engine knows the architecture; it has every type of weights that a file here may be in. */
  readonly runs: boolean;
  readonly license: string;
  readonly parameters: number;
  readonly activeParameters: number;
  /** On the hub, `owner/name`. */
  readonly repo: string;
  /** Path in the repository; null: to be chosen from its list. */
  readonly file: string | null;
  readonly quantization: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
  readonly checked: Checked;
}

export const CATALOGUE = [
  {
    id: 'granite-3.1-1b-a400m',
    name: 'Granite 3.1 1B-A400M Instruct',
    by: 'IBM',
    architecture: 'granitemoe',
    runs: true,
    license: 'Apache-2.0',
    parameters: 1_334_000_000,
    activeParameters: 400_000_000,
    repo: 'bartowski/granite-3.1-1b-a400m-instruct-GGUF',
    file: 'granite-3.1-1b-a400m-instruct-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 821_847_360,
    sha256: '3a2ec1c2a78cb29d901e29bbf5162dcd03381e13803d2cbdcff838d4d08142eb',
    checked: 'documentation',
  },
  {
    id: 'granite-3.1-3b-a800m',
    name: 'Granite 3.1 3B-A800M Instruct',
    by: 'IBM',
    architecture: 'granitemoe',
    runs: true,
    license: 'Apache-2.0',
    parameters: 3_298_793_472,
    activeParameters: 800_000_000,
    repo: 'bartowski/granite-3.1-3b-a800m-instruct-GGUF',
    file: 'granite-3.1-3b-a800m-instruct-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 2_016_888_384,
    sha256: '48e0edcd578fd4462f26127f04c651d0e650741110185297741089aea01a82b3',
    checked: 'documentation',
  },
  {
    id: 'olmoe-1b-7b-0125',
    name: 'OLMoE 1B-7B 0125 Instruct',
    by: 'Ai2',
    architecture: 'olmoe',
    runs: true,
    license: 'Apache-2.0',
    parameters: 6_920_000_000,
    activeParameters: 1_300_000_000,
    repo: 'allenai/OLMoE-1B-7B-0125-Instruct-GGUF',
    file: 'OLMoE-1B-7B-0125-Instruct-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 4_213_512_192,
    sha256: '4ddc0e53159ed512b8dd67914a66e27bc618f694672ba43a9a0454eabd9c684f',
    checked: 'documentation',
  },
  {
    id: 'olmoe-1b-7b-0924',
    name: 'OLMoE 1B-7B 0924 Instruct',
    by: 'Ai2',
    architecture: 'olmoe',
    runs: true,
    license: 'Apache-2.0',
    parameters: 6_920_000_000,
    activeParameters: 1_300_000_000,
    repo: 'allenai/OLMoE-1B-7B-0924-Instruct-GGUF',
    file: 'olmoe-1b-7b-0924-instruct-q4_k_m.gguf',
    quantization: 'Q4_K_M',
    bytes: 4_213_512_672,
    sha256: '8c310f1435a1222338fd2d3d974975be9cd908180b644bab0c2a94da1ac32f3f',
    checked: 'documentation',
  },
  {
    id: 'deepseek-v2-lite-chat-q4_0',
    name: 'DeepSeek V2 Lite Chat',
    by: 'DeepSeek',
    architecture: 'deepseek2',
    runs: true,
    license: 'DeepSeek License',
    parameters: 15_700_000_000,
    activeParameters: 2_400_000_000,
    repo: 'zhentaoyu/DeepSeek-V2-Lite-Chat-Q4_0-GGUF',
    file: 'deepseek-v2-lite-chat-q4_0.gguf',
    quantization: 'Q4_0',
    bytes: null,
    sha256: null,
    checked: 'not-verified',
  },
  {
    id: 'deepseek-v2-lite-chat',
    name: 'DeepSeek V2 Lite Chat',
    by: 'DeepSeek',
    architecture: 'deepseek2',
    runs: true,
    license: 'DeepSeek License',
    parameters: 15_700_000_000,
    activeParameters: 2_400_000_000,
    repo: 'mradermacher/DeepSeek-V2-Lite-Chat-GGUF',
    file: 'DeepSeek-V2-Lite-Chat.Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 10_364_416_768,
    sha256: null,
    checked: 'documentation',
  },
  {
    id: 'deepseek-coder-v2-lite',
    name: 'DeepSeek Coder V2 Lite Instruct',
    by: 'DeepSeek',
    architecture: 'deepseek2',
    runs: true,
    license: 'DeepSeek License',
    parameters: 15_700_000_000,
    activeParameters: 2_400_000_000,
    repo: 'bartowski/DeepSeek-Coder-V2-Lite-Instruct-GGUF',
    file: 'DeepSeek-Coder-V2-Lite-Instruct-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 10_364_416_768,
    sha256: null,
    checked: 'documentation',
  },
  {
    id: 'moonlight-16b-a3b',
    name: 'Moonlight 16B-A3B Instruct',
    by: 'Moonshot AI',
    architecture: 'deepseek2',
    runs: true,
    license: 'MIT',
    parameters: 15_960_000_000,
    activeParameters: 3_000_000_000,
    repo: 'mmnga/Moonlight-16B-A3B-Instruct-gguf',
    file: 'Moonlight-16B-A3B-Instruct-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 10_537_205_632,
    sha256: '42f6e4d55765811b5710dcb1b30e79b8315735f956363da4965e0471d5b7e2b7',
    checked: 'documentation',
  },
  {
    id: 'qwen3-30b-a3b-2507',
    name: 'Qwen3 30B-A3B Instruct 2507',
    by: 'Qwen',
    architecture: 'qwen3moe',
    runs: true,
    license: 'Apache-2.0',
    parameters: 30_500_000_000,
    activeParameters: 3_300_000_000,
    repo: 'unsloth/Qwen3-30B-A3B-Instruct-2507-GGUF',
    file: 'Qwen3-30B-A3B-Instruct-2507-Q2_K.gguf',
    quantization: 'Q2_K',
    bytes: 11_258_610_080,
    sha256: '50a46f567cf1f4d687f9d5b8d4641654e71a4cfb7b02baab479dedc0bd05d3d3',
    checked: 'documentation',
  },
  {
    id: 'granite-4.0-h-tiny',
    name: 'Granite 4.0 H Tiny',
    by: 'IBM',
    architecture: 'granitehybrid',
    runs: false,
    license: 'Apache-2.0',
    parameters: 6_940_000_000,
    activeParameters: 1_000_000_000,
    repo: 'ibm-granite/granite-4.0-h-tiny-GGUF',
    file: 'granite-4.0-h-tiny-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 4_230_976_352,
    sha256: '5a38b08c441ae1adbafb1d2b8a7167e0d48734d83af68b268cefea1eec553dcd',
    checked: 'documentation',
  },
  {
    id: 'phi-mini-moe',
    name: 'Phi mini MoE Instruct',
    by: 'Microsoft',
    architecture: 'phimoe',
    runs: false,
    license: 'MIT',
    parameters: 7_600_000_000,
    activeParameters: 2_400_000_000,
    repo: 'gabriellarson/Phi-mini-MoE-instruct-GGUF',
    file: 'Phi-mini-MoE-instruct-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 4_993_133_376,
    sha256: null,
    checked: 'documentation',
  },
  {
    id: 'lfm2-8b-a1b',
    name: 'LFM2 8B-A1B',
    by: 'Liquid AI',
    architecture: 'lfm2moe',
    runs: false,
    license: 'LFM Open License 1.0',
    parameters: 8_300_000_000,
    activeParameters: 1_500_000_000,
    repo: 'LiquidAI/LFM2-8B-A1B-GGUF',
    file: 'LFM2-8B-A1B-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 5_044_779_712,
    sha256: null,
    checked: 'documentation',
  },
  {
    id: 'qwen1.5-moe-a2.7b',
    name: 'Qwen1.5 MoE A2.7B Chat',
    by: 'Qwen',
    architecture: 'qwen2moe',
    runs: false,
    license: 'Tongyi Qianwen License',
    parameters: 14_300_000_000,
    activeParameters: 2_700_000_000,
    repo: 'duyntnet/Qwen1.5-MoE-A2.7B-Chat-imatrix-GGUF',
    file: 'Qwen1.5-MoE-A2.7B-Chat-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 9_496_238_048,
    sha256: null,
    checked: 'documentation',
  },
  {
    id: 'ling-mini-2.0',
    name: 'Ling mini 2.0',
    by: 'inclusionAI',
    architecture: 'bailingmoe2',
    runs: true,
    license: 'MIT',
    parameters: 16_300_000_000,
    activeParameters: 1_400_000_000,
    repo: 'inclusionAI/Ling-mini-2.0-GGUF',
    file: 'Ling-mini-2.0-Q4_K_M.gguf',
    quantization: 'Q4_K_M',
    bytes: 9_911_575_072,
    sha256: null,
    checked: 'documentation',
  },
  {
    id: 'gpt-oss-20b',
    name: 'gpt-oss 20B',
    by: 'OpenAI',
    architecture: 'gpt-oss',
    runs: false,
    license: 'Apache-2.0',
    parameters: 20_900_000_000,
    activeParameters: 3_600_000_000,
    repo: 'ggml-org/gpt-oss-20b-GGUF',
    file: 'gpt-oss-20b-mxfp4.gguf',
    quantization: 'MXFP4',
    bytes: 12_109_566_560,
    sha256: 'be37a636aca0fc1aae0d32325f82f6b4d21495f06823b5fbc1898ae0303e9935',
    checked: 'documentation',
  },
  {
    id: 'ernie-4.5-21b-a3b',
    name: 'ERNIE 4.5 21B-A3B',
    by: 'Baidu',
    architecture: 'ernie4_5-moe',
    runs: true,
    license: 'Apache-2.0',
    parameters: 21_800_000_000,
    activeParameters: 3_000_000_000,
    repo: 'unsloth/ERNIE-4.5-21B-A3B-PT-GGUF',
    file: null, // which of its quants is below 12 GB could not be sourced
    quantization: 'Q3_K',
    bytes: null,
    sha256: null,
    checked: 'not-verified',
  },
] as const satisfies readonly CatalogueEntry[];

export type CatalogueId = (typeof CATALOGUE)[number]['id'];

/** The published SHA-256 of a file of the catalogue by its address; null where none is known. */
export function publishedSha256(url: string): string | null {
  return CATALOGUE.find((entry) => fileUrl(entry) === url)?.sha256 ?? null;
}

/** Address of the file itself; null where it must be chosen from the repository first. */
export function fileUrl({ repo, file }: Pick<CatalogueEntry, 'repo' | 'file'>): string | null {
  return file === null ? null : hubFileUrl(repo, 'main', file);
}

/** Where a file of the hub is downloaded from. */
export function hubFileUrl(repo: string, revision: string, path: string): string {
  const escaped = [...revision.split('/'), ...path.split('/')].map(encodeURIComponent).join('/');
  return `https://huggingface.co/${repo}/resolve/${escaped}`;
}
