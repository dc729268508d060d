// The API as a server in Node: `npm run serve -- --model FILE [--port N]`. See docs/api.md.
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { createApiServer, isLoopbackName } from '../cli/api-server.ts';
import { openNodeModel } from '../cli/node-engine.ts';
import type { KvCacheFormat, LoadOptions } from '../engine/api.ts';
import { EngineError, toErrorData } from '../engine/errors.ts';
import { generate } from '../engine/generate/generate.ts';
import { ApiService } from '../sdk/api/service.ts';

const USAGE =
  'Usage: npm run serve -- --model FILE [--port N] [--host ADDRESS] [--allow-origin ORIGIN]... [--name NAME] ' +
  '[--context N] [--kv-cache f16|f32|q8_0]';

const DEFAULT_PORT = 8080; // llama-server's, which programs try first
const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;

interface Arguments {
  readonly model: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly allowedOrigins: readonly string[];
  readonly load: LoadOptions;
}

/** @returns null where only the usage was asked for */
function parseCommandLine(): Arguments | null {
  const values = parse();
  if (values.help === true) return null;
  if (values.model === undefined) throw wrong('--model is missing.');
  return {
    model: values.model,
    name: values.name ?? basename(values.model).replace(/(?:-00001-of-\d{5})?\.gguf$/i, ''),
    host: values.host ?? LOOPBACK,
    port: whole('port', values.port, MAX_PORT) ?? DEFAULT_PORT,
    allowedOrigins: (values['allow-origin'] ?? []).map(originOf),
    load: { ...contextOf(values.context), ...kvCacheOf(values['kv-cache']) },
  };
}

// The return type is what the options below say.
// eslint-disable-next-line @typescript-eslint/explicit-function-return-type
function parse() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      options: {
        model: text,
        name: text,
        host: text,
        port: text,
        'allow-origin': { type: 'string', multiple: true },
        context: text,
        'kv-cache': text,
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error));
  }
}

function contextOf(text: string | undefined): LoadOptions {
  const contextLength = whole('context', text, Number.MAX_SAFE_INTEGER);
  return contextLength === undefined ? {} : { contextLength };
}

const KV_CACHES: readonly string[] = ['f16', 'f32', 'q8_0'] satisfies KvCacheFormat[];

function kvCacheOf(text: string | undefined): LoadOptions {
  if (text === undefined) return {};
  if (!KV_CACHES.includes(text)) throw wrong(`--kv-cache is f16, f32 or q8_0, not "${text}".`);
  return { kvCache: text as KvCacheFormat };
}

function whole(name: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(value <= most)) throw wrong(`--${name} wants a whole number up to ${most}, not "${text}".`);
  return value;
}

function originOf(text: string): string {
  if (text === '*') return text;
  if (!URL.canParse(text)) throw wrong(`--allow-origin wants an origin such as https://example.org, not "${text}".`);
  return new URL(text).origin;
}

function wrong(message: string): EngineError {
  return new EngineError('bad-request', `${message.replace(/[^.]$/, '$&.')} ${USAGE}`);
}

async function main(): Promise<void> {
  const wanted = parseCommandLine();
  if (wanted === null) {
    console.log(USAGE);
    return;
  }
  const { model, name, host, port, allowedOrigins, load } = wanted;
  const {
    gpu,
    model: { facts, text },
  } = await openNodeModel(model, load);
  const service = new ApiService({
    model: async () => ({ id: name, ...facts }),
    generate: (request, signal) => generate(text, request, signal),
  });
  const isLocal = isLoopbackName(host.includes(':') ? `[${host}]` : host);
  const server = createApiServer(service, { allowedOrigins, isLocal });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      reject(isTaken ? new EngineError('bad-request', `Port ${port} is taken. Choose another with --port.`) : error);
    });
    server.listen(port, host, resolve);
  });
  const { address, family, port: chosen } = server.address() as AddressInfo;
  const shown = family === 'IPv6' ? `[${address}]` : address;
  console.log(`${name} answers at http://${shown}:${chosen}/v1`);
  if (!isLocal) console.error('Others on the network can use it, and nothing they send is encrypted.');

  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  // Hanging up ends what is being answered; a second Ctrl-C does not wait for that.
  process.once('SIGINT', () => process.exit(1));
  server.close();
  server.closeAllConnections();
  await service.idle();
  text.session.destroy();
  gpu.device.destroy();
}

try {
  await main();
  process.exitCode = 0;
} catch (error) {
  const { code, message, detail } = toErrorData(error);
  const isSystem = error instanceof Error && 'syscall' in error;
  const line = isSystem ? error.message : code === 'internal' ? `${message} ${detail ?? ''}` : message;
  process.stderr.write(`${line.replaceAll(/\s*\n\s*/g, ' ').trim()}\n`);
  process.exitCode = 1;
}
// Dawn keeps the process alive as long as a device does.
process.stdout.write('', () => process.exit());
