// Models of any size that are made while they are sent: nothing as large as they are is ever made or stored here.
import { createHash } from 'node:crypto';
import type { TensorType } from '../../engine/formats/tensor-types.ts';
import { alignedBytes, type TensorToWrite, writeGgufHeader } from '../../engine/formats/gguf-writer.ts';
import { generator } from '../../engine/testing/random.ts';
import { qwen3moe } from '../../oracle/architectures.ts';

export interface EndlessFile {
  readonly name: string;
  readonly bytes: number;
  /** The bytes [start, end). */
  read(start: number, end: number): Buffer;
}

/** A prime number of blocks, so that a chunk in the wrong place has the wrong bytes. */
const PATTERN_BLOCKS = 30_011;

/** A qwen3moe (width 1024, 64 experts of 512, top-4) of about so many bytes in Q8_0; a layer has 108 MB. */
export function modelOf(bytes: number): EndlessFile {
  const shape = { types: 'Q8_0' as const, width: 1024, heads: 16, keyHeads: 4, headWidth: 64 };
  const experts = { experts: 64, expertsUsed: 4, expertWidth: 512 };
  const layers = Math.max(1, Math.round(bytes / 109_800_000));
  const model = qwen3moe({ name: `load-${layers}`, layers, ...shape, ...experts });
  const { metadata, tensors } = model.describe();
  const header = Buffer.from(writeGgufHeader({ metadata, tensors }));
  const places: { readonly tensor: Omit<TensorToWrite, 'data'>; readonly start: number; readonly end: number }[] = [];
  let at = header.length;
  for (const tensor of tensors) {
    const end = at + alignedBytes(tensor);
    places.push({ tensor, start: at, end });
    at = end;
  }
  const size = at;
  const patterns = new Map<string, Buffer>();
  const patternOf = (type: TensorType): Buffer => {
    const known = patterns.get(type.name) ?? pattern(type);
    patterns.set(type.name, known);
    return known;
  };
  return {
    name: `load-${size}.gguf`,
    bytes: size,
    read(start, end) {
      const result = Buffer.alloc(end - start);
      if (start < header.length) header.copy(result, 0, start, Math.min(end, header.length));
      for (const place of places) {
        const [from, to] = [Math.max(start, place.start), Math.min(end, place.end)];
        if (from >= to) continue;
        const bytes = patternOf(place.tensor.type);
        for (let next = from; next < to;) {
          const offset = (next - place.start) % bytes.length;
          next += bytes.copy(result, next - start, offset, Math.min(bytes.length, offset + to - next));
        }
      }
      return result;
    },
  };
}

function pattern(type: TensorType): Buffer {
  const random = generator(type.id + 1);
  const bytes = Buffer.alloc(PATTERN_BLOCKS * type.blockBytes);
  for (let block = 0; block < PATTERN_BLOCKS; block++) {
    const at = block * type.blockBytes;
    if (type.name === 'F32') bytes.writeFloatLE(0.9 + 0.2 * random(), at);
    else {
      for (let i = 2; i < type.blockBytes; i++) bytes[at + i] = Math.floor(random() * 256);
      bytes.writeUInt16LE(0x0d00, at); // a factor that makes weights of about 0.02
    }
  }
  return bytes;
}

/** Tells this file from others of its size. */
export function etagOf({ name }: EndlessFile): string {
  return `"${createHash('sha256').update(name).digest('hex').slice(0, 16)}"`;
}
