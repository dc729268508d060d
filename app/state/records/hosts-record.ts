/** Hosts that models may be fetched from, as they lie in localStorage. */
import * as v from 'valibot';
import { Host } from './bounds.ts';
import { Fields, type Report } from './lenient.ts';

const MAX_HOSTS = 1000;

export function parseHosts(value: unknown, report: Report): { readonly agreed: readonly string[] } {
  const agreed = Fields.of(value, report).list('agreed', MAX_HOSTS, (host, wrong, place) => {
    if (v.is(Host, host)) return host;
    wrong(place);
    return null;
  });
  return { agreed: [...new Set(agreed)] };
}
