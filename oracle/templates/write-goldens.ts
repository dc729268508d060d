// node tools/run-ts.mjs oracle/templates/write-goldens.ts [--snippets]: asks jinja2 (`jinja-oracle.py`) what our snippets and the templates
// that were collected (`collect.ts`) give, and writes it to `oracle/golden/templates/`. Of the collected templates, which are
// other people's, only hashes are written. `--snippets` leaves them alone.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Data } from '../../engine/jinja/data.ts';
import { answerHash, collectedTemplates } from './collected.ts';
import { TEMPLATE_CASES } from './conversations.ts';
import { GOLDENS, type OracleAnswer } from './load-golden.ts';
import { SNIPPETS, SNIPPET_VARIABLES } from './snippets.ts';

interface OracleJob {
  readonly template: string;
  readonly variables: Readonly<Record<string, Data>>;
}

function ask(jobs: readonly OracleJob[]): readonly OracleAnswer[] {
  const { status, stdout, stderr } = spawnSync('python3', [join(import.meta.dirname, 'jinja-oracle.py')], {
    input: JSON.stringify(jobs),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`jinja2 could not be asked: ${stderr}`);
  return JSON.parse(stdout) as readonly OracleAnswer[];
}

mkdirSync(GOLDENS, { recursive: true });

const answers = ask(SNIPPETS.map((template) => ({ template, variables: SNIPPET_VARIABLES })));
writeFileSync(join(GOLDENS, 'snippets.json'), `${JSON.stringify(answers, null, 1)}\n`);
console.log(`${SNIPPETS.length} snippets, ${answers.filter((answer) => 'error' in answer).length} of them errors`);

const templates = collectedTemplates();
if (templates.length > 0 && !process.argv.includes('--snippets')) {
  const jobs = templates.flatMap(({ template }) => TEMPLATE_CASES.map(({ variables }) => ({ template, variables })));
  const texts = ask(jobs);
  const hashes = templates.map(({ hash }, i) => {
    const own = texts.slice(i * TEMPLATE_CASES.length, (i + 1) * TEMPLATE_CASES.length);
    return [hash, own.map((answer) => answerHash('text' in answer ? answer.text : undefined)).join(' ')] as const;
  });
  writeFileSync(join(GOLDENS, 'collected.json'), `${JSON.stringify(Object.fromEntries(hashes), null, 1)}\n`);
  console.log(`${templates.length} templates × ${TEMPLATE_CASES.length} cases`);
}
