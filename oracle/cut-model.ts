// A model's file in which sublayers say nothing: any llama.cpp runs it, and so tells what a sublayer adds.
import { readGguf } from '../engine/formats/gguf.ts';
import { type RawEntry, writeGguf } from '../engine/formats/gguf-writer.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { TENSOR_TYPES } from '../engine/formats/tensor-types.ts';
import { dequantize, hasTwin } from '../engine/reference/dequantize.ts';
import { rawMetadata } from './raw-metadata.ts';

/** Sublayers end in one of these matrices; where it is zero, and its bias, they add nothing to the residual stream. */
const ENDS = {
  mixer: /^(attn_output|ssm_out|shortconv\.out_proj)\./,
  ffn: /^ffn_down/,
} as const;
export type SublayerKind = keyof typeof ENDS;

export interface Sublayer {
  readonly layer: number;
  readonly kind: SublayerKind;
}

/** A whole model in memory, to be cut. */
export interface CuttableModel {
  /** In the order of the computation. */
  readonly sublayers: readonly Sublayer[];
  /**
   * The file with the first `count` sublayers, while those behind them add nothing. They are still there: a hybrid of which only
   * recurrent layers were left is a file that some versions of llama.cpp do not survive.
   */
  cut(count: number): Uint8Array<ArrayBuffer>;
}

/** @param toF32 dequantized by our twins: llama.cpp multiplies quantized weights in int8, too coarse for a comparison */
export async function cuttableModel(file: Uint8Array<ArrayBuffer>, toF32: boolean): Promise<CuttableModel> {
  const { metadata, tensors } = await readGguf([new MemorySource(file)]);
  const { values } = rawMetadata(file, [...metadata.keys()].length);
  const sublayers = sublayersOf([...tensors.keys()]);
  return {
    sublayers,
    cut: (count) => {
      const silent = sublayers.slice(count);
      return writeGguf({
        metadata: [...values].map(([key, value]): RawEntry => [key, 'raw', value]),
        tensors: [...tensors.values()].map(({ name, type, shape, offset, byteLength }) => {
          const isSilent = silent.some((sublayer) => isEndOf(name, sublayer));
          const data = isSilent ? new Uint8Array(byteLength) : file.subarray(offset, offset + byteLength);
          if (!toF32 || type.name === 'F32') return { name, type, shape, data };
          if (!hasTwin(type)) throw new Error(`${name} is in ${type.name}, which has no twin`);
          const count = shape.reduce((product, size) => product * size, 1);
          const weights = dequantize(type, data, count);
          return { name, type: TENSOR_TYPES.F32, shape, data: new Uint8Array(weights.buffer) };
        }),
      });
    },
  };
}

function sublayersOf(names: readonly string[]): readonly Sublayer[] {
  const layers = Math.max(-1, ...names.map((name) => Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1)));
  return Array.from({ length: layers + 1 }, (_, layer) => layer)
    .flatMap((layer): readonly Sublayer[] => [
      { layer, kind: 'mixer' },
      { layer, kind: 'ffn' },
    ])
    .filter((sublayer) => names.some((name) => isEndOf(name, sublayer)));
}

function isEndOf(name: string, { layer, kind }: Sublayer): boolean {
  const prefix = `blk.${layer}.`;
  return name.startsWith(prefix) && ENDS[kind].test(name.slice(prefix.length));
}
