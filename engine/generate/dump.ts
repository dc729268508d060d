import { readBuffer } from '../gpu/buffers.ts';
import { type BufferRegion, encodeDispatch } from '../gpu/plan.ts';
import { ROUTE } from '../kernels/router.ts';
import type { Session } from './session.ts';

/** What one launch of a step left in an activation. */
export interface Dumped {
  /** As the plan names it, such as `blk.3 ffn norm`. */
  readonly launch: string;
  /** As the step names it; `routes` are the ids of the experts that a router chose, then their weights. */
  readonly activation: string;
  /** f32 [tokens, width]. */
  readonly values: Float32Array;
  readonly width: number;
}

/**
 * Runs tokens at a position through the layers, as `Session.prefill` does (one token: by the launches of decode), and then launch
 * by launch once more, to read what each has written. Launches give the same when they are repeated: caches are written by
 * position, and a recurrent state is never read and written in one copy. For looking for a mistake, not for speed.
 */
export async function* dump(session: Session, tokens: readonly number[], position: number): AsyncGenerator<Dumped> {
  const { device } = session.gpu;
  session.prefill(tokens, position, false);
  const plan = tokens.length === 1 ? session.layersOfOne : session.prefillDispatches;
  for (const dispatch of plan) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    encodeDispatch(pass, dispatch, tokens.length);
    pass.end();
    device.queue.submit([encoder.finish()]);
    for (const region of dispatch.written) {
      const read = await readActivation(session, region, tokens.length);
      if (read !== undefined) yield { launch: dispatch.name, ...read };
    }
  }
}

/** Nothing for what has no row per token, such as a cache. */
async function readActivation(
  { gpu: { device }, buffers }: Session,
  region: BufferRegion,
  tokens: number,
): Promise<Omit<Dumped, 'launch'> | undefined> {
  const known = buffers.activationAt(region);
  if (known === undefined) return undefined;
  const { name, width } = known;
  if (name !== 'routes') {
    const numbers = await readBuffer(device, region, tokens * width * 4);
    return { activation: name, width, values: new Float32Array(numbers) };
  }
  const used = width / buffers.shape.maxTokens / ROUTE.bytes;
  const routes = await readBuffer(device, region, tokens * used * ROUTE.bytes);
  const values = new Float32Array(tokens * used * 2);
  for (let i = 0; i < tokens * used; i++) {
    const { expert, weight } = ROUTE.read(routes, i * ROUTE.bytes);
    const row = Math.floor(i / used) * used * 2;
    values[row + (i % used)] = expert;
    values[row + used + (i % used)] = weight;
  }
  return { activation: name, width: used * 2, values };
}
