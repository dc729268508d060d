// Loads mutated models and lets them say a few tokens, on one device: each works with finite numbers, or is refused in words.
import { create, globals } from 'webgpu';
import { readGguf } from '../engine/formats/gguf.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { generate } from '../engine/generate/generate.ts';
import { loadTextModel } from '../engine/generate/load-model.ts';
import { openGpu, type Gpu, type KernelProfile } from '../engine/gpu/device.ts';
import { generator } from '../engine/testing/random.ts';
import type { Attack, Outcome } from './attack.ts';
import { buildFile, fewerMutations, type MutatedFile, openSeeds, randomMutations, seedOf } from './gguf-mutations.ts';
import { promised } from './headers.ts';
import { randomShape } from './random-shapes.ts';

Object.assign(globalThis, globals);
// Dawn crashes when this object is collected while a device lives.
const dawn = create([]);

/** Models of odd shapes beside those of the goldens. */
const SHAPES = 60;
const SHAPES_SEED = 5;

const CONTEXT = 64;
const PROMPT = [5, 80, 200, 17, 42];
const TOKENS = 4;

/** A load compiles for a second or two; beyond this it hangs, whatever else the machine has to do. */
const MOST_MS = 600_000;

const KINDS = ['number', 'number', 'number', 'list', 'string', 'remove', 'weights', 'weights', 'bytes'] as const;

/** Kernels that were compiled for a model stay for the next; a device is opened anew after a fault, and before it holds too many. */
const LOADS_PER_DEVICE = 200;

interface Devices {
  gpu(profile: KernelProfile): Promise<Gpu>;
  /** Errors that nobody waited for, since the last time. */
  errors(): string[];
  forget(): void;
}

export async function openAttack(): Promise<Attack<MutatedFile>> {
  const shapes = generator(SHAPES_SEED);
  const odd = Array.from({ length: SHAPES }, (_, i) => randomShape(shapes, `shape-${i}`));
  const seeds = [
    ...(await openSeeds()),
    ...(await Promise.all(odd.map((model, i) => seedOf(`shape-${i}`, model.build())))),
  ];
  const devices = openDevices();
  return {
    generate: (random) => {
      const seed = seeds[Math.floor(random() * seeds.length)];
      if (seed === undefined) throw new Error('no seeds');
      // One in eight as it is: a shape alone may be what breaks a kernel.
      return { seed, mutations: random() < 1 / 8 ? [] : randomMutations(random, seed, KINDS) };
    },
    attempt: (file) => attempt(file, devices),
    shrink: fewerMutations,
    reproduce: (file) => ({ extension: 'gguf', content: buildFile(file) }),
    close: async () => devices.forget(),
  };
}

async function attempt(file: MutatedFile, devices: Devices): Promise<Outcome> {
  const bytes = buildFile(file);
  // A software adapter compiles the shapes for one thread a row soonest; one load in eight is for real GPUs' shapes.
  const profile = bytes.reduce((sum, byte) => sum + byte, 0) % 8 === 0 ? 'lanes' : 'rows';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hang = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took more than ${MOST_MS} ms`)), MOST_MS);
  });
  try {
    const outcome = await Promise.race([loadAndAnswer(await devices.gpu(profile), bytes), hang]);
    const errors = devices.errors();
    if (errors.length > 0) throw new Error(errors.slice(0, 3).join('\n'));
    return outcome;
  } catch (error) {
    devices.forget();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function loadAndAnswer(gpu: Gpu, bytes: Uint8Array<ArrayBuffer>): Promise<Outcome> {
  try {
    const gguf = await readGguf([new MemorySource(bytes)]);
    const { text } = await loadTextModel(gpu, gguf, { contextLength: CONTEXT });
    try {
      for (const temperature of [0, 1]) {
        const request = {
          prompt: { kind: 'tokens', tokens: PROMPT },
          maxTokens: TOKENS,
          sampling: { temperature, seed: 1 },
        } as const;
        for await (const event of generate(text, request, new AbortController().signal)) {
          if (event.type !== 'token') continue;
          const { id, logprob } = event.token;
          if (!(id < text.session.model.shape.vocabularySize && logprob <= 1e-3 && logprob > -Infinity))
            throw new Error(`token ${id} of log-probability ${logprob}`);
        }
      }
    } finally {
      text.session.destroy();
    }
    return 'accepted';
  } catch (error) {
    return promised(error);
  }
}

function openDevices(): Devices {
  const open = new Map<KernelProfile, Promise<Gpu>>();
  let errors: string[] = [];
  let loads = 0;
  const forget = (): void => {
    for (const gpu of open.values()) void gpu.then(({ device }) => device.destroy());
    open.clear();
    errors = [];
    loads = 0;
  };
  return {
    gpu: (profile) => {
      if (loads++ === LOADS_PER_DEVICE) forget();
      let gpu = open.get(profile);
      if (gpu === undefined) {
        gpu = openGpu(dawn, { profile }).then((opened) => {
          opened.device.addEventListener('uncapturederror', (event) => errors.push(event.error.message));
          return { ...opened, f16: false };
        });
        open.set(profile, gpu);
      }
      return gpu;
    },
    errors: () => {
      const found = errors;
      errors = [];
      return found;
    },
    forget,
  };
}
