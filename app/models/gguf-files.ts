/** The files of a repository as models: parts of a split file are one, and names tell the quantization. */

/** A file as the hub lists it. */
export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex, from the hub's record of large files; null where it keeps none. */
  readonly sha256: string | null;
}

export interface RepoModel {
  /** Of the first part, without its ending and its number. */
  readonly name: string;
  /** First part first. */
  readonly files: readonly ListedFile[];
  readonly bytes: number;
  /** As far as the name tells. */
  readonly quantization: string | null;
  /** Of the parts that the name counts, how many are not in the list. */
  readonly missingParts: number;
}

const SPLIT = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
/** `Q4_K_M`, `IQ2_XXS`, `TQ1_0`, `MXFP4`, `BF16`, `UD-Q2_K_XL` …: the last in a name counts. */
const QUANTIZATION =
  /(?:^|[-._])((?:ud-)?(?:i?q\d(?:_[\da-z]+)*|tq\d_\d|mxfp4(?:_moe)?|nvfp4|bf16|f16|fp16|f32))(?=$|[-._])/gi;
/**
 * Vision projectors, importance matrices and draft models are GGUF files too, but no language models to talk to. A whole model
 * that brings its draft along has MTP within its name; a draft alone begins with it, or says "only".
 */
const NO_MODEL = /(?:^|[/._-])(?:mmproj|imatrix|draft|vocab)(?=[._-]|$)|^mtp[._-]|mtp[._-]?only/i;

/** The GGUF models among files, smallest first. */
export function groupFiles(files: readonly ListedFile[]): RepoModel[] {
  const groups = new Map<string, ListedFile[]>();
  for (const file of files) {
    if (!/\.gguf$/i.test(file.path) || NO_MODEL.test(fileName(file.path))) continue;
    const split = SPLIT.exec(file.path);
    const key = split === null ? file.path : `${split[1]}-of-${split[3]}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].map(toModel).sort((a, b) => a.bytes - b.bytes || (a.name < b.name ? -1 : 1));
}

/** What is taken of a repository where nobody named a quantization, best first. */
const USUAL = ['Q4_K_M', 'UD-Q4_K_XL', 'Q4_K_S', 'Q4_0', 'MXFP4', 'MXFP4_MOE', 'IQ4_XS', 'Q5_K_M', 'Q8_0'] as const;

/** The asked quantization; else a usual one; else the smallest. Split files that lack parts are none. */
export function chooseModel(models: readonly RepoModel[], quantization: string | null): RepoModel | undefined {
  const whole = models.filter(({ missingParts }) => missingParts === 0);
  const of = (name: string): RepoModel | undefined =>
    whole.find((model) => model.quantization === name.toUpperCase()) ??
    whole.find((model) => model.name.toUpperCase().includes(name.toUpperCase()));
  if (quantization !== null) return of(quantization);
  const usual = USUAL.map((name) => whole.find((model) => model.quantization === name));
  return usual.find((model) => model !== undefined) ?? whole[0];
}

function toModel(unsorted: readonly ListedFile[]): RepoModel {
  const files = [...unsorted].sort((a, b) => (a.path < b.path ? -1 : 1));
  const first = fileName(files[0]?.path ?? '');
  const parts = Number(SPLIT.exec(first)?.[3] ?? 1);
  const name = first.replace(SPLIT, '$1').replace(/\.gguf$/i, '');
  return {
    name,
    files,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    quantization: quantizationOf(name),
    missingParts: parts - files.length,
  };
}

/** `OLMoE-1B-7B-Q4_K_M` → `Q4_K_M`; null where the name does not tell. */
export function quantizationOf(name: string): string | null {
  const found = [...name.matchAll(QUANTIZATION)].at(-1)?.[1];
  return found === undefined ? null : found.toUpperCase();
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
