/** Where the engine of a frame keeps the weights. */
import { createEngineClient } from '../../engine/client.ts';
import type { OpenedEngine } from './chat.ts';

export async function openEngine(): Promise<OpenedEngine> {
  return { client: createEngineClient(), storage: 'own' };
}
