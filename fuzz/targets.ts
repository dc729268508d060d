import type { Attack } from './attack.ts';

/** A target's name, and how its attack is opened. The attacks differ in their inputs, which only they look into. */
export const TARGETS: Readonly<Record<string, () => Promise<Attack<unknown>>>> = {
  records: async () => (await import('./records.ts')).openAttack(),
  headers: async () => (await import('./headers.ts')).openAttack(),
  models: async () => (await import('./models.ts')).openAttack(),
  storage: async () => (await import('./storage.ts')).openAttack(),
  templates: async () => (await import('./templates.ts')).openAttack(),
  markdown: async () => (await import('./markdown.ts')).openAttack(),
};
