/** Servers that the person named, as they lie in localStorage. Keys are not among it. */
import * as v from 'valibot';
import type { KnownModel, KnownServer } from '../../server/known-servers.ts';
import { BaseAddress, MAX_NAME, wholeBetween } from './bounds.ts';
import { Fields, type Report } from './lenient.ts';

const MAX_SERVERS = 100;
const MAX_MODELS = 200;
const MAX_CONTEXT = 2 ** 24;

const Model: v.GenericSchema<unknown, KnownModel> = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_NAME)),
  contextLength: v.nullable(wholeBetween(1, MAX_CONTEXT)),
});

export function parseServers(value: unknown, report: Report): { readonly servers: readonly KnownServer[] } {
  const servers = Fields.of(value, report).list('servers', MAX_SERVERS, parseServer);
  return { servers: [...new Map(servers.map((server) => [server.url, server])).values()] };
}

function parseServer(value: unknown, report: Report, place: string): KnownServer | null {
  const fields = Fields.of(value, report, place);
  const url = fields.read('url', BaseAddress, null);
  if (url === null) {
    report(place);
    return null;
  }
  return {
    url,
    kind: fields.read('kind', v.picklist(['vllm', 'sglang', 'llama-server', 'ollama', 'other']), 'other'),
    models: fields.list('models', MAX_MODELS, (model, wrong, at) => {
      const parsed = v.safeParse(Model, model, { abortEarly: true });
      if (parsed.success) return parsed.output;
      wrong(at);
      return null;
    }),
    routing: fields.read('routing', v.nullable(v.picklist(['vllm', 'sglang'])), null),
    wantsKey: fields.read('wantsKey', v.boolean(), false),
  };
}
