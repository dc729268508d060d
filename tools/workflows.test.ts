// What stands in .github/ can be run nowhere but there: here it is held to its schemas' main points, and to what we want of it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as v from 'valibot';
import { parseDocument } from 'yaml';
import english from '../app/i18n/en/settings.json' with { type: 'json' };

const GITHUB = join(import.meta.dirname, '../.github');
const filesOf = (folder: string): string[] =>
  readdirSync(join(GITHUB, folder))
    .filter((name) => name.endsWith('.yml'))
    .map((name) => join(folder, name));

function read(file: string): { readonly text: string; readonly value: unknown } {
  const text = readFileSync(join(GITHUB, file), 'utf8');
  const document = parseDocument(text, { strict: true, uniqueKeys: true });
  expect([...document.errors, ...document.warnings], file).toEqual([]);
  return { text, value: document.toJS() as unknown };
}

const Access = v.picklist(['read', 'write', 'none']);
const Permissions = v.record(v.picklist(['contents', 'pages', 'id-token']), Access);
const Step = v.strictObject({
  ...{ id: v.optional(v.string()), name: v.optional(v.string()), if: v.optional(v.string()) },
  ...{ uses: v.optional(v.string()), run: v.optional(v.string()), with: v.optional(v.record(v.string(), v.unknown())) },
  ...{ env: v.optional(v.record(v.string(), v.string())), 'working-directory': v.optional(v.string()) },
});
const Job = v.strictObject({
  'runs-on': v.literal('ubuntu-latest'),
  'timeout-minutes': v.pipe(v.number(), v.maxValue(120)),
  needs: v.optional(v.string()),
  permissions: v.optional(Permissions),
  environment: v.optional(v.union([v.string(), v.strictObject({ name: v.string(), url: v.string() })])),
  strategy: v.optional(v.strictObject({ 'fail-fast': v.boolean(), matrix: v.record(v.string(), v.array(v.number())) })),
  steps: v.pipe(v.array(Step), v.minLength(1)),
});
const Workflow = v.strictObject({
  name: v.string(),
  on: v.record(v.picklist(['push', 'pull_request', 'workflow_dispatch']), v.unknown()),
  permissions: v.strictObject({ contents: v.literal('read') }),
  concurrency: v.optional(v.strictObject({ group: v.string(), 'cancel-in-progress': v.boolean() })),
  jobs: v.record(v.string(), Job),
});

test.each(filesOf('workflows'))('%s is a workflow with pinned actions and few rights', (file) => {
  const { text, value } = read(file);
  const { jobs } = v.parse(Workflow, value);
  for (const [name, { steps, needs, permissions = {} }] of Object.entries(jobs)) {
    if (needs !== undefined) expect(Object.keys(jobs)).toContain(needs);
    for (const { uses, run } of steps) {
      expect(
        [uses, run].filter((part) => part !== undefined),
        name,
      ).toHaveLength(1);
      // A tag can be moved to other code; what stands in a run line of others' text would be run.
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
      expect(run ?? '').not.toContain('${{');
    }
    // What publishes takes nothing that another run could have left in a cache.
    const mayWrite = Object.values(permissions).includes('write');
    if (mayWrite) expect(steps.every((step) => step.with?.['cache'] === undefined)).toBe(true);
  }
  for (const line of text.split('\n').filter((each) => each.includes('uses:')))
    expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
});

test('scripts that the workflows run are there', () => {
  const { scripts } = JSON.parse(readFileSync(join(GITHUB, '../package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const texts = filesOf('workflows').map((file) => read(file).text);
  const named = texts.flatMap((text) => [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name));
  expect(named).toContain('build');
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

const Field = v.variant('type', [
  v.strictObject({
    type: v.picklist(['textarea', 'input']),
    id: v.pipe(v.string(), v.regex(/^[\w-]+$/)),
    attributes: v.strictObject({
      label: v.string(),
      description: v.optional(v.string()),
      placeholder: v.optional(v.string()),
    }),
    validations: v.optional(v.strictObject({ required: v.boolean() })),
  }),
]);
const Form = v.strictObject({
  name: v.string(),
  description: v.string(),
  labels: v.array(v.string()),
  body: v.array(Field),
});

test.each(filesOf('ISSUE_TEMPLATE').filter((file) => !file.endsWith('config.yml')))('%s is a form', (file) => {
  const { body } = v.parse(Form, read(file).value);
  expect(new Set(body.map(({ id }) => id)).size).toBe(body.length);
  if (file.endsWith('idea.yml')) return;
  const device = body.find(({ id }) => id === 'device');
  expect(device?.validations?.required).toBe(true);
  // By the name that the button has.
  expect(device?.attributes.description).toContain(`"${english.device.copy}"`);
});

test('the rest is YAML', () => {
  expect(read('dependabot.yml').value).toMatchObject({ version: 2 });
  expect(read('ISSUE_TEMPLATE/config.yml').value).toEqual({ blank_issues_enabled: true });
});
