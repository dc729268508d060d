/** Hosts that models may be fetched from, as they lie in localStorage. */
import * as v from 'valibot';
import { Fields, type Report } from './lenient.ts';

const MAX_HOSTS = 1000;
/** A name and a port, as `URL` writes them. */
const Host = v.pipe(v.string(), v.maxLength(300), v.regex(/^[^\s/@]+$/));

export function parseHosts(value: unknown, report: Report): { readonly agreed: readonly string[] } {
  const agreed = Fields.of(value, report).list('agreed', MAX_HOSTS, (host, wrong, place) => {
    if (v.is(Host, host)) return host;
    wrong(place);
    return null;
  });
  return { agreed: [...new Set(agreed)] };
}
