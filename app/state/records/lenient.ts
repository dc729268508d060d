/**
 * How records are read that anyone may have written: an older or a newer version of this page, another program, a torn
 * disk, or somebody with bad intentions. A field that does not parse takes its default and is reported by its place, so that
 * one wrong value never costs what stands beside it.
 */
import * as v from 'valibot';

/** Hears the places that did not parse, such as `sampling.topK`; empty for the record itself. */
export type Report = (place: string) => void;

/** The fields of a record as they are, by name: a foreign record may have no prototype, or one that lies. */
export class Fields {
  readonly #record: object;
  readonly #report: Report;
  readonly #place: string;

  private constructor(record: object, report: Report, place: string) {
    this.#record = record;
    this.#report = report;
    this.#place = place;
  }

  /** What is no record has no fields, and is reported; what is absent (undefined) has none either. */
  static of(value: unknown, report: Report, place = ''): Fields {
    if (isRecord(value)) return new Fields(value, report, place);
    if (value !== undefined) report(place);
    return new Fields({}, report, place);
  }

  get names(): string[] {
    return Object.keys(this.#record);
  }

  /** As it is, or undefined. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#record, name) ? (this.#record as Record<string, unknown>)[name] : undefined;
  }

  /** The field where it parses; else its default. One that is absent is no fault: older records lack what came later. */
  read<T, Default>(name: string, schema: v.GenericSchema<unknown, T>, otherwise: Default): T | Default {
    const value = this.raw(name);
    if (value === undefined) return otherwise;
    const parsed = v.safeParse(schema, value, { abortEarly: true });
    if (parsed.success) return parsed.output;
    this.wrong(name);
    return otherwise;
  }

  /** The elements of a list that parse. */
  list<T>(name: string, most: number, parse: (element: unknown, report: Report, place: string) => T | null): T[] {
    const value = this.raw(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) {
      this.wrong(name);
      return [];
    }
    if (value.length > most) this.wrong(name);
    const found: T[] = [];
    for (let at = 0; at < Math.min(value.length, most); at++) {
      const parsed = parse(value[at], this.#report, this.#at(`${name}.${at}`));
      if (parsed !== null) found.push(parsed);
    }
    return found;
  }

  within(name: string): Fields {
    return Fields.of(this.raw(name), this.#report, this.#at(name));
  }

  wrong(name: string): void {
    this.#report(this.#at(name));
  }

  #at(name: string): string {
    return this.#place === '' ? name : `${this.#place}.${name}`;
  }
}

export function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
