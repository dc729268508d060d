// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import { openAttack } from '../app/testing/records-attack.tsx';
import type * as HeadRecord from '../app/state/records/head-record.ts';
import { generator } from '../engine/testing/random.ts';
import { runAttack } from './attack.ts';

const parseHead = vi.hoisted(() => ({ isBroken: false }));
vi.mock('../app/state/records/head-record.ts', async (original) => {
  const real = await original<typeof HeadRecord>();
  return {
    parseHead: (...[id, value, report]: Parameters<typeof real.parseHead>) => {
      const head = real.parseHead(id, value, report);
      if (parseHead.isBroken && JSON.stringify(value) !== JSON.stringify({ ...(value as object), ...head }))
        throw new TypeError('Not a head');
      return head;
    },
  };
});

const LIMITS = { milliseconds: 60_000, inputs: 60, faults: 1 };

test('the doors hold, and a door that lets everything through is found', async () => {
  const attack = openAttack();
  const run = () => runAttack(attack, generator(3), LIMITS, () => undefined);
  expect(await run()).toMatchObject({ tried: 60, faults: 0 });
  parseHead.isBroken = true;
  expect(await run()).toMatchObject({ faults: 1 });
  await attack.close();
});
