// npm run fuzz -- --target NAME [--seconds N] [--seed S] [--inputs N]: attacks one door of Mixtab with random inputs, prints
// counts, and writes a minimal reproduction of each fault to fuzz/found/. Ends with one JSON line; fails if a fault was found.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { generator } from '../engine/testing/random.ts';
import { runAttack } from './attack.ts';
import { TARGETS } from './targets.ts';

const FOUND = join('fuzz', 'found');
const MOST_FAULTS = 20;

const { values } = parseArgs({
  options: {
    target: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    inputs: { type: 'string', default: 'Infinity' },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
const inputs = Number(values.inputs);
const open = values.target === undefined ? undefined : TARGETS[values.target];
if (open === undefined || !(seconds > 0) || !(inputs > 0) || !Number.isInteger(seed)) {
  console.error(
    `Usage: npm run fuzz -- --target ${Object.keys(TARGETS).join('|')} [--seconds N] [--seed S] [--inputs N]`,
  );
  process.exit(2);
}

const attack = await open();
let found = 0;
const limits = { milliseconds: seconds * 1000, inputs, faults: MOST_FAULTS };
const counts = await runAttack(attack, generator(seed), limits, ({ message, reproduction }) => {
  mkdirSync(FOUND, { recursive: true });
  const path = join(FOUND, `${values.target}-${seed}-${++found}.${reproduction.extension}`);
  writeFileSync(path, reproduction.content);
  console.error(`Fault ${found}, written to ${path}:\n${message}\n`);
});
await attack.close();
console.log(JSON.stringify({ target: values.target, seed, ...counts }));
process.exit(counts.faults > 0 ? 1 : 0);
