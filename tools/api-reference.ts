// Writes docs/api-reference.md from the declarations and docstrings of the package: `npm run api-reference`, after `npm run build:sdk`.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { parseSync } from 'rolldown/experimental';

const TYPES = 'sdk/dist/types/sdk';
const FILE = 'docs/api-reference.md';
const HEAD = `# Reference of the package

Written by \`npm run api-reference\` from the docstrings in \`sdk/\`. How things go together is in [the API](api.md).
`;
const ENTRIES = [
  { module: 'mixtab', file: 'index.d.ts' },
  { module: 'mixtab/prompt-api', file: 'prompt-api.d.ts' },
];

interface Declaration {
  readonly name: string;
  /** As it is declared, docstrings of members included. */
  readonly code: string;
  readonly docs: string;
}

interface Source {
  readonly text: string;
  readonly body: ReturnType<typeof parseSync>['program']['body'];
}

function read(path: string): Source {
  const text = readFileSync(path, 'utf8');
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? ''}`);
  return { text, body: program.body };
}

/** The docstring that ends right before a declaration, without its stars. */
function docsBefore(text: string, start: number): string {
  const match = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*$/.exec(text.slice(0, start));
  const lines = (match?.[1] ?? '').split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
  return lines.join('\n').trim();
}

function declarationsOf(path: string): Declaration[] {
  const { text, body } = read(path);
  return body.flatMap((node): Declaration[] => {
    if (node.type === 'ExportAllDeclaration') return declarationsOf(pathOf(path, node.source.value));
    if (node.type !== 'ExportNamedDeclaration') return [];
    if (node.source) {
      const known = declarationsOf(pathOf(path, node.source.value));
      return node.specifiers.flatMap(({ exported }) => {
        const name = exported.type === 'Literal' ? exported.value : exported.name;
        return known.filter((one) => one.name === name);
      });
    }
    const { declaration } = node;
    if (!declaration || !('id' in declaration) || declaration.id?.type !== 'Identifier') return [];
    const code = text.slice(node.start, node.end).replace(/^export (?:declare )?/, '');
    return [{ name: declaration.id.name, code, docs: docsBefore(text, node.start) }];
  });
}

function pathOf(from: string, module: string): string {
  return join(dirname(from), module.replace(/\.js$/, '.d.ts'));
}

/** Links of docstrings are names here; examples are indented in them. */
function markdown({ name, code, docs }: Declaration): string {
  const [told = '', example] = docs.split(/^@example\n/m);
  const text = told
    .replaceAll(/\{@link ([^}]+)\}/g, '`$1`')
    .replaceAll(/^@throws (.+)$/gm, '*Throws* $1')
    .replaceAll(/^@param (\S+) (.+)$/gm, '`$1`: $2')
    .trim();
  const shown = example === undefined ? [] : ['```ts', example.replaceAll(/^ {4}/gm, '').trim(), '```'];
  return [
    `### ${name}`,
    '',
    ...(text === '' ? [] : [text, '']),
    ...shown,
    ...(shown.length > 0 ? [''] : []),
    '```ts',
    code,
    '```',
    '',
  ].join('\n');
}

/** The whole file, as it should be. */
export async function apiReference(): Promise<string> {
  const parts = ENTRIES.map(({ module, file }) => {
    const all = declarationsOf(join(TYPES, file));
    const isFunction = ({ code }: Declaration): boolean => code.startsWith('function');
    const ordered = [...all.filter(isFunction), ...all.filter((one) => !isFunction(one))];
    return [`## \`${module}\``, '', ...ordered.map(markdown)].join('\n');
  });
  return format([HEAD, ...parts].join('\n'), { ...(await resolveConfig(FILE)), filepath: FILE });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(FILE, await apiReference());
  console.log(`${FILE} is written.`);
}
