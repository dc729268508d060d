import { EngineError } from '../errors.ts';
import { alignUp, type BufferArena, type MemoryDevice } from '../gpu/buffers.ts';
import type { BufferRegion } from '../gpu/plan.ts';
import { type PageLayout, pagePlaces, type PoolShape } from '../kernels/experts.ts';
import { VEC_BYTES } from '../kernels/packed-matrix.ts';

/** Where one layer's pages are, as its kernels bind them. */
export interface LayerPages {
  readonly layout: PageLayout;
  readonly shape: PoolShape;
  /** `shape.pools` regions. */
  readonly pools: readonly BufferRegion[];
  /** u32 [experts]: slot of each expert's page, or MISS. */
  readonly table: BufferRegion;
}

export interface PageAddress {
  readonly region: BufferRegion;
  /** First vec4 of the page in the region. */
  readonly base: number;
}

/** Binding offsets are multiples of this (WebGPU's default `minStorageBufferOffsetAlignment`). */
const BINDING_ALIGNMENT = 256;

/** A layer's kernels bind at most this many pools: with the four other buffers that makes WebGPU's guaranteed eight. */
const MAX_POOLS = 4;

interface LayerRequest {
  /** Of the file: whose experts they are. */
  readonly block: number;
  readonly layout: PageLayout;
  readonly experts: number;
}

/**
 * The experts' weights: pages of one size in pools of as few buffers as the device's limits allow, and the page table that
 * says in which slot the page of (layer, expert) is. Layers whose pages have one size share a set of pools; where four
 * buffers cannot hold them, they are divided among several sets. All pages are resident.
 */
export class ExpertPages {
  readonly layers: readonly LayerPages[];
  readonly bytes: number;
  /** Slot of each layer's first expert; the others follow. */
  readonly #firstSlots: readonly number[];

  constructor(device: MemoryDevice, arena: BufferArena, requests: readonly LayerRequest[]) {
    const rowBytes = requests.map(({ experts }) => alignUp(experts * 4, BINDING_ALIGNMENT));
    const table = arena.storage(
      'page table',
      rowBytes.reduce((sum, bytes) => sum + bytes, 0),
    );
    const layers: LayerPages[] = [];
    const firstSlots: number[] = [];
    const before = arena.bytes;
    for (const set of poolSets(device, requests)) {
      const pools = poolBuffers(arena, set);
      let slot = 0;
      for (const layer of set.layers) {
        const { layout, experts } = requests[layer] as LayerRequest;
        const offset = rowBytes.slice(0, layer).reduce((sum, bytes) => sum + bytes, 0);
        device.queue.writeBuffer(
          table.buffer,
          offset,
          new Uint32Array(experts).map((_, expert) => slot + expert),
        );
        firstSlots[layer] = slot;
        slot += experts;
        layers[layer] = {
          layout,
          shape: { pools: pools.length as PoolShape['pools'], slotsPerPool: set.slotsPerPool, pageVecs: set.pageVecs },
          pools,
          table: { buffer: table.buffer, offset, size: rowBytes[layer] as number },
        };
      }
    }
    this.layers = layers;
    this.bytes = arena.bytes - before;
    this.#firstSlots = firstSlots;
  }

  /** Where the page of (layer, expert) is; layers count those with experts. */
  address(layer: number, expert: number): PageAddress {
    const pages = this.layers[layer];
    const first = this.#firstSlots[layer];
    if (pages === undefined || first === undefined)
      throw new RangeError(`no page for layer ${layer}, expert ${expert}`);
    const slot = first + expert;
    const { slotsPerPool, pageVecs } = pages.shape;
    const region = pages.pools[Math.floor(slot / slotsPerPool)] as BufferRegion;
    return { region, base: (slot % slotsPerPool) * pageVecs };
  }
}

interface PoolSet {
  readonly pageVecs: number;
  readonly slotsPerPool: number;
  readonly layers: number[];
  slots: number;
}

/** Divides the layers among sets of at most MAX_POOLS pools with pages of one size. */
function poolSets(device: MemoryDevice, requests: readonly LayerRequest[]): readonly PoolSet[] {
  const poolBytes = Math.min(device.limits.maxStorageBufferBindingSize, device.limits.maxBufferSize);
  const sets: PoolSet[] = [];
  requests.forEach(({ block, layout, experts }, layer) => {
    const pageVecs = pagePlaces(layout).end;
    const slotsPerPool = Math.floor(poolBytes / (pageVecs * VEC_BYTES));
    if (slotsPerPool * MAX_POOLS < experts)
      throw new EngineError(
        'out-of-memory',
        'The experts of one layer of this model are larger than this device allows buffers to be.',
        `block ${block}: ${experts} pages of ${pageVecs * VEC_BYTES} bytes, buffers of at most ${poolBytes}`,
      );
    let set = sets.find((each) => each.pageVecs === pageVecs && each.slots + experts <= slotsPerPool * MAX_POOLS);
    if (set === undefined) {
      set = { pageVecs, slotsPerPool, layers: [], slots: 0 };
      sets.push(set);
    }
    set.layers.push(layer);
    set.slots += experts;
  });
  return sets;
}

/** 1, 2 or 4 regions; where three buffers are enough, the fourth binding repeats the third. */
function poolBuffers(arena: BufferArena, { pageVecs, slotsPerPool, slots }: PoolSet): BufferRegion[] {
  const count = Math.ceil(slots / slotsPerPool);
  const pools = Array.from({ length: count }, (_, i) =>
    arena.storage(`expert pool ${i}`, Math.min(slotsPerPool, slots - i * slotsPerPool) * pageVecs * VEC_BYTES),
  );
  return count === 3 ? [...pools, pools[2] as BufferRegion] : pools;
}
