import { dataText } from './marked-text.ts';
import { Dict, Float, List, type Value } from './values.ts';

/** What JSON can say, and `undefined` for what is left out. */
export type Data = null | boolean | number | string | undefined | readonly Data[] | { readonly [name: string]: Data };

/**
 * As a template sees it. Whole numbers are ints.
 *
 * @param text how texts go in: as data, or (for what may become control tokens) as they are
 */
export function toValue(data: Data, text: (text: string) => Value = dataText): Value {
  if (data === null || data === undefined || typeof data === 'boolean') return data ?? null;
  if (typeof data === 'number') return Number.isSafeInteger(data) ? data : new Float(data);
  if (typeof data === 'string') return text(data);
  if (isList(data)) return new List(data.map((item) => toValue(item, text)));
  return Dict.of(
    Object.entries(data)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [text(name), toValue(value, text)] as const),
  );
}

function isList(data: object): data is readonly Data[] {
  return Array.isArray(data);
}
