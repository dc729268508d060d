// A model's file with fewer layers, or with a part of a layer silenced: any llama.cpp runs it, and so tells what a layer adds.
import { FIXED_VALUE_BYTES, type FixedValueType, VALUE_TYPE_IDS } from '../engine/formats/value-types.ts';
import { readGguf } from '../engine/formats/gguf.ts';
import { type GgufToWrite, type MetadataEntry, type RawEntry, writeGguf } from '../engine/formats/gguf-writer.ts';
import { MemorySource } from '../engine/formats/memory-source.ts';
import { TENSOR_TYPES } from '../engine/formats/tensor-types.ts';
import { dequantize, hasTwin } from '../engine/reference/dequantize.ts';
import { rawMetadata } from './raw-metadata.ts';

/** Sublayers end in one of these matrices; where it is zero, and its bias, they add nothing to the residual stream. */
const ENDS = {
  mixer: /^(attn_output|attn_out|ssm_out|shortconv\.out_proj)\./,
  ffn: /^ffn_down/,
} as const;
export type SublayerKind = keyof typeof ENDS;

/** Lists of a number for something else than each layer, whatever their length. */
const NOT_PER_LAYER = /dimension_sections$/;

/** A whole model in memory, to be cut. */
export interface CuttableModel {
  readonly architecture: string;
  /** Layers of the trunk. */
  readonly layers: number;
  /** Whether a layer has a sublayer that can be silenced. */
  has(layer: number, kind: SublayerKind): boolean;
  /**
   * The file with the first `layers` layers, without blocks for multi-token prediction.
   * @param silent sublayers of the last of them that add nothing
   */
  cut(layers: number, silent: readonly SublayerKind[]): Uint8Array<ArrayBuffer>;
}

/** @param toF32 dequantized by our twins: llama.cpp multiplies quantized weights in int8, too coarse for a comparison */
export async function cuttableModel(file: Uint8Array<ArrayBuffer>, toF32: boolean): Promise<CuttableModel> {
  const { metadata, tensors } = await readGguf([new MemorySource(file)]);
  const architecture = metadata.string('general.architecture');
  const blocks = metadata.number(`${architecture}.block_count`);
  const layers = blocks - (metadata.optionalNumber(`${architecture}.nextn_predict_layers`) ?? 0);
  const { values } = rawMetadata(file, [...metadata.keys()].length);
  const silenced = (name: string, layer: number, kinds: readonly SublayerKind[]): boolean => {
    const prefix = `blk.${layer}.`;
    return name.startsWith(prefix) && kinds.some((kind) => ENDS[kind].test(name.slice(prefix.length)));
  };

  const cut = (count: number, silent: readonly SublayerKind[]): GgufToWrite => ({
    metadata: [...values].map(([key, value]): MetadataEntry | RawEntry => {
      if (key === `${architecture}.block_count`) return [key, 'u32', count];
      if (key === `${architecture}.nextn_predict_layers`) return [key, 'u32', 0];
      if (key === `${architecture}.leading_dense_block_count`)
        return [key, 'u32', Math.min(count, metadata.number(key))];
      const isPerLayer = key.startsWith(`${architecture}.`) && !NOT_PER_LAYER.test(key);
      return [key, 'raw', isPerLayer ? shortened(value, [layers, blocks], count) : value];
    }),
    tensors: [...tensors.values()]
      .filter(({ name }) => Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1) < count)
      .map(({ name, type, shape, offset, byteLength }) => {
        const stored = file.subarray(offset, offset + byteLength);
        const data = silenced(name, count - 1, silent) ? new Uint8Array(byteLength) : stored;
        if (!toF32 || type.name === 'F32') return { name, type, shape, data };
        if (!hasTwin(type)) throw new Error(`${name} is in ${type.name}, which has no twin`);
        const weights = dequantize(
          type,
          data,
          shape.reduce((product, size) => product * size, 1),
        );
        return { name, type: TENSOR_TYPES.F32, shape, data: new Uint8Array(weights.buffer) };
      }),
  });
  return {
    architecture,
    layers,
    has: (layer, kind) => [...tensors.keys()].some((name) => silenced(name, layer, [kind])),
    cut: (count, silent) => writeGguf(cut(count, silent)),
  };
}

/** A list of one of the lengths with its first items only; anything else as it is. */
function shortened(value: Uint8Array<ArrayBuffer>, lengths: readonly number[], count: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(value.buffer, value.byteOffset);
  if (view.getUint32(0, true) !== VALUE_TYPE_IDS.array) return value;
  const type = Object.entries(VALUE_TYPE_IDS).find(([, id]) => id === view.getUint32(4, true))?.[0];
  const bytes = FIXED_VALUE_BYTES[type as FixedValueType] as number | undefined;
  if (bytes === undefined || !lengths.includes(Number(view.getBigUint64(8, true)))) return value;
  const head = 16;
  const short = value.slice(0, head + count * bytes);
  new DataView(short.buffer).setBigUint64(8, BigInt(count), true);
  return short;
}
