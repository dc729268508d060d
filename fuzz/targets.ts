import type { Attack } from './attack.ts';

/** A target's name, and how its attack is opened. The attacks differ in their inputs, which only they look into. */
export const TARGETS: Readonly<Record<string, () => Promise<Attack<unknown>>>> = {
  // name: async () => (await import('./name.ts')).openAttack(),
  records: async () => (await import('./records.ts')).openAttack(),
};
