import { expect, test } from 'vitest';
import { generator } from '../engine/testing/random.ts';
import { inlineTemplateRunner, type TemplateRunner } from '../engine/tokenizer/template-runner.ts';
import { runAttack, type FoundFault } from './attack.ts';
import { createTemplateAttack } from './templates.ts';

test('a runner that breaks on one construct is found out, by a small template', async () => {
  const broken: TemplateRunner = {
    render: async (job) => {
      if (job.template.includes('macro')) throw new TypeError('no macros here');
      return { text: 'text', data: [] };
    },
  };
  const found: FoundFault[] = [];
  const limits = { milliseconds: 60_000, inputs: 1000, faults: 1 };
  const counts = await runAttack(createTemplateAttack(broken), generator(1), limits, (fault) => found.push(fault));
  expect(counts.faults).toBe(1);
  expect(found[0]?.message).toContain('no macros here');
  expect(String(found[0]?.reproduction.content).length).toBeLessThan(300);
});

test('too much text, and errors that are not for people, are faults', async () => {
  const input = { pieces: ['x'], messages: [] };
  const attack = createTemplateAttack({ render: async () => ({ text: 'x'.repeat(5 * 1024 * 1024), data: [] }) });
  await expect(attack.attempt(input)).rejects.toThrow('characters');
  expect(await createTemplateAttack(inlineTemplateRunner).attempt(input)).toBe('accepted');
});
