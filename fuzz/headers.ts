// Attacks what reads a header: the file's form, its numbers, the verdict, the tokenizer. No GPU, thousands a second.
import { EngineError } from '../engine/errors.ts';
import type { ByteSource } from '../engine/formats/byte-source.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { judgeFit, type FitTarget } from '../engine/generate/fit.ts';
import { headerFacts } from '../engine/generate/model-facts.ts';
import { samplingDefaults } from '../engine/generate/sampling-defaults.ts';
import { loadTokenizer } from '../engine/tokenizer/tokenizer.ts';
import type { Attack, Outcome } from './attack.ts';
import {
  buildFile,
  buildHeader,
  fewerMutations,
  type MutatedFile,
  openSeeds,
  randomMutations,
} from './gguf-mutations.ts';

const TARGET: FitTarget = {
  limits: { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27 },
  profile: 'lanes',
  f16: true,
  subgroups: true,
  systemMemoryGib: 4,
};

/** Beyond this an input is looked at again, by the time that is this process's own: the machine may have other work. */
const SUSPICIOUS_MS = 1_000;
/** The slowest took a twentieth. */
const MOST_CPU_MS = 2_000;
const LONGEST_MESSAGE = 2_100;

const KINDS = [
  'number',
  'number',
  'number',
  'list',
  'string',
  'remove',
  'twice',
  'count',
  'bytes',
  'bytes',
  'cut',
] as const;

export async function openAttack(): Promise<Attack<MutatedFile>> {
  const seeds = await openSeeds();
  return {
    generate: (random) => {
      const seed = seeds[Math.floor(random() * seeds.length)];
      if (seed === undefined) throw new Error('no seeds');
      return { seed, mutations: randomMutations(random, seed, KINDS) };
    },
    attempt,
    shrink: fewerMutations,
    reproduce: (file) => ({ extension: 'gguf', content: buildFile(file) }),
    close: async () => {},
  };
}

async function attempt(file: MutatedFile): Promise<Outcome> {
  const started = performance.now();
  const outcome = await read(file);
  if (performance.now() - started < SUSPICIOUS_MS) return outcome;
  const before = process.cpuUsage();
  await read(file);
  const took = process.cpuUsage(before).user / 1000;
  if (took > MOST_CPU_MS) throw new Error(`took ${Math.round(took)} ms`);
  return outcome;
}

async function read(file: MutatedFile): Promise<Outcome> {
  const { header, size } = buildHeader(file);
  try {
    const gguf = await readGguf([sourceOf(header, size)]);
    const facts = { ...headerFacts(gguf), ...samplingDefaults(gguf.metadata) };
    const fit = judgeFit(gguf, TARGET, {});
    for (const [name, value] of Object.entries({ ...facts, ...fit.memory, context: fit.contextLength }))
      if (typeof value === 'number' && !(value >= 0 && (value < Infinity || name === 'context')))
        throw new Error(`${name} is ${value}`);
    if (fit.verdict.kind === 'unsupported') return 'refused';
    const tokenizer = await loadTokenizer(gguf.metadata);
    const ids = tokenizer.encode('Hello, world! 123', { special: true });
    if (!ids.every((id) => id >= 0 && id < tokenizer.vocabularySize)) throw new Error(`ids ${ids.join(' ')}`);
    return 'accepted';
  } catch (error) {
    return promised(error);
  }
}

/** An error that a person can act on. */
export function promised(error: unknown): Outcome {
  if (!(error instanceof EngineError) || error.code === 'internal') throw error;
  if (error.message.length > LONGEST_MESSAGE) throw new Error(`a message of ${error.message.length} characters`);
  return 'refused';
}

/** A file of `size` bytes that is zero behind its header. */
function sourceOf(header: Uint8Array, size: number): ByteSource {
  return {
    name: 'mutated.gguf',
    size,
    read: async (start, end) => {
      const bytes = new Uint8Array(end - start);
      bytes.set(header.subarray(start, end));
      return bytes;
    },
  };
}
