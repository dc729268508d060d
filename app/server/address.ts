/** Addresses of servers as people write them, and where on the network they lie. */

export type AddressProblem =
  /** Nothing that could be an address. */
  | 'invalid'
  /** Another scheme than http or https. */
  | 'scheme'
  /** A name, a password or a query in it: addresses are stored and shown, keys have a field of their own. */
  | 'secret';

export type ParsedAddress =
  { readonly kind: 'address'; readonly url: string } | { readonly kind: 'invalid'; readonly problem: AddressProblem };

/** Longer ones are refused by servers. */
const LONGEST = 2000;
/** "All of this machine's addresses", which servers print as where they listen, and where no browser can go. */
const ANY_ADDRESS = new Set(['0.0.0.0', '[::]']);
/** What people copy along with the address of an API. */
const ENDPOINT = /\/(chat\/completions|completions|models)$/;

/**
 * The base of an OpenAI-compatible API, such as `http://localhost:8000/v1`: without a slash at the end, and with `/v1` where no
 * path was given. Without a scheme it is http on this device and in private networks, and https elsewhere.
 */
export function parseAddress(text: string): ParsedAddress {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > LONGEST || /\s/.test(trimmed)) return { kind: 'invalid', problem: 'invalid' };
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed);
  const guess = `http://${trimmed}`;
  if (!URL.canParse(hasScheme ? trimmed : guess)) return { kind: 'invalid', problem: 'invalid' };
  const url = new URL(hasScheme ? trimmed : guess);
  if (ANY_ADDRESS.has(url.hostname)) url.hostname = 'localhost';
  if (!hasScheme && spaceOf(url.hostname) === 'public') url.protocol = 'https:';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { kind: 'invalid', problem: 'scheme' };
  if (url.username !== '' || url.password !== '' || url.search !== '') return { kind: 'invalid', problem: 'secret' };
  const path = url.pathname.replace(/\/+$/, '').replace(ENDPOINT, '');
  return { kind: 'address', url: `${url.origin}${path === '' ? '/v1' : path}` };
}

/** As Local Network Access of the browsers has it: https://wicg.github.io/local-network-access/ */
export type AddressSpace =
  /** This very device. */
  | 'loopback'
  /** A private network: at home, at work, a tunnel. */
  | 'local'
  | 'public';

/** Of a host as `URL` writes it. A name tells only where it is one of those that never leave a network. */
export function spaceOf(hostname: string): AddressSpace {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  if (host.startsWith('[')) return spaceOfV6(host.slice(1, -1));
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return spaceOfV4(host.split('.').map(Number));
  return host.endsWith('.local') ? 'local' : 'public';
}

function spaceOfV4([a = 0, b = 0]: readonly number[]): AddressSpace {
  if (a === 127) return 'loopback';
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) || // link-local
    (a === 100 && b >= 64 && b < 128); // shared by carriers, and by some private networks
  return isPrivate ? 'local' : 'public';
}

/** `URL` writes IPv6 in its shortest form, and IPv4 within it as two hexadecimal groups. */
function spaceOfV6(address: string): AddressSpace {
  if (address === '::1') return 'loopback';
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(address) ?? [];
  if (high !== undefined && low !== undefined) {
    const [h, l] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
    return spaceOfV4([h >> 8, h & 255, l >> 8, l & 255]);
  }
  // Unique local (fc00::/7) and link-local (fe80::/10).
  return /^f[cd][\da-f]{2}:/.test(address) || /^fe[89ab][\da-f]:/.test(address) ? 'local' : 'public';
}

/** Whether a page at `page` may not ask for it, because that page came encrypted and this would not be. */
export function isMixedContent(page: Pick<Location, 'protocol'>, url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return page.protocol === 'https:' && protocol === 'http:' && spaceOf(hostname) !== 'loopback';
}
