// The model that ships with the page, and the command line's answer from the same file.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const MODELS = 'public/models';

/** Path of the one `.gguf` file in `public/models/`. */
export function bundledModel(): string {
  const file = readdirSync(MODELS).find((name) => name.endsWith('.gguf'));
  if (file === undefined) throw new Error(`${MODELS}/ holds no model`);
  return join(MODELS, file);
}

interface CommandLineAnswer {
  readonly output: { readonly text: string; readonly finishReason: string };
}

/** What `npm run generate` answers to a question at temperature 0. */
export async function commandLineAnswer(question: string, maxTokens: number): Promise<CommandLineAnswer['output']> {
  const { stdout } = await promisify(execFile)(
    'npm',
    [
      ...['run', '--silent', 'generate', '--', '--json', '--model', bundledModel()],
      ...['--prompt', question, '--temperature', '0', '--seed', '1', '--max-tokens', String(maxTokens)],
    ],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const lastLine = stdout.trimEnd().split('\n').at(-1) ?? '';
  return (JSON.parse(lastLine) as CommandLineAnswer).output;
}
