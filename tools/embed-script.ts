/** Builds `embed.js`: one file without imports, so that it runs as a classic script and as a module alike. */
import { join } from 'node:path';
import { build, type Plugin, type Rolldown } from 'vite';

const ENTRY = join(import.meta.dirname, '../embed/embed.ts');

/** @param define what the script knows without asking anybody */
export function embedScript(define: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'mixtab-embed-script',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'embed.js', source: await buildScript(define) });
    },
    configureServer({ middlewares }) {
      middlewares.use('/embed.js', (_request, response, next) => {
        buildScript(define).then((source) => response.setHeader('content-type', 'text/javascript').end(source), next);
      });
    },
  };
}

async function buildScript(define: Readonly<Record<string, string>>): Promise<string> {
  const result = await build({
    ...{ configFile: false, publicDir: false, logLevel: 'warn', define: { ...define } },
    build: {
      write: false,
      target: ['chrome113', 'edge113', 'firefox128', 'safari17'],
      rolldownOptions: { input: ENTRY, output: { format: 'iife', entryFileNames: 'embed.js', codeSplitting: false } },
      modulePreload: false,
    },
  });
  const [{ output } = { output: [] }] = (Array.isArray(result) ? result : [result]) as Rolldown.RolldownOutput[];
  const [script, ...others] = output;
  if (script?.type !== 'chunk' || others.length > 0) throw new Error('embed.js must be one file');
  return script.code;
}
