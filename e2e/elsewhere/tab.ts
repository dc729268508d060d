// A page in a browser that Playwright does not drive, used as the other tests use theirs: by roles and names.
// What differs between browsers is a `Driver`; finding is done in the page, by Testing Library.
import { expect } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type * as TestingLibrary from '@testing-library/dom';

/** What a browser's own protocol does for a tab. Selectors are CSS, of one element. */
export interface Driver {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs source text in the page, whatever its security policy says, and gives back what JSON can hold. */
  evaluate(source: string): Promise<unknown>;
  click(selector: string): Promise<void>;
  /** Types into the element that has the focus. */
  type(text: string): Promise<void>;
  /** Presses a key, with others held: `Shift+Enter`. */
  press(keys: string): Promise<void>;
  /** Chooses files in a file input. */
  upload(selector: string, path: string): Promise<void>;
  screenshot(): Promise<Buffer>;
}

/** An element by what a person calls it, or by a selector where it has no name. */
export interface Find {
  readonly role?: string;
  readonly label?: string;
  readonly css?: string;
  readonly name?: string | RegExp;
  /** Its text holds this. */
  readonly text?: string | RegExp;
  /** Counted from the end where negative. */
  readonly nth?: number;
  readonly within?: Find;
}

/** What JSON can hold of a `Find`. */
interface PlainFind {
  readonly role?: string;
  readonly label?: string;
  readonly css?: string;
  readonly name?: PlainText;
  readonly text?: PlainText;
  readonly nth?: number;
}
type PlainText = string | { readonly source: string; readonly flags: string };

/** What is known of an element that was found. */
interface Found {
  readonly text: string;
  readonly value: string | null;
  readonly enabled: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

const LIBRARY = readFileSync(resolve('node_modules/@testing-library/dom/dist/@testing-library/dom.umd.min.js'), 'utf8');

const plainText = (text: string | RegExp): PlainText =>
  typeof text === 'string' ? text : { source: text.source, flags: text.flags };

/** From the outermost in. */
function chainOf({ within, name, text, ...rest }: Find): PlainFind[] {
  const plain: PlainFind = {
    ...rest,
    ...(name !== undefined && { name: plainText(name) }),
    ...(text !== undefined && { text: plainText(text) }),
  };
  return [...(within === undefined ? [] : chainOf(within)), plain];
}

/** Runs in the page. `mark` names the attribute that the first of those found gets. */
function lookFor(chain: readonly PlainFind[], mark: string): Found[] {
  const library = (globalThis as unknown as { TestingLibraryDom: typeof TestingLibrary }).TestingLibraryDom;
  const matcher = (text: PlainText): string | RegExp =>
    typeof text === 'string' ? text : new RegExp(text.source, text.flags);
  let elements: HTMLElement[] = [document.body];
  for (const { role, label, css, name, text, nth } of chain) {
    const inside = elements.flatMap((element) => {
      if (css !== undefined) return [...element.querySelectorAll<HTMLElement>(css)];
      if (label !== undefined) return library.queryAllByLabelText(element, label);
      return library.queryAllByRole(element, role ?? '', name === undefined ? {} : { name: matcher(name) });
    });
    const holding = inside.filter(({ textContent }) => {
      if (text === undefined) return true;
      const wanted = matcher(text);
      return typeof wanted === 'string' ? textContent.includes(wanted) : wanted.test(textContent);
    });
    const one = nth === undefined ? undefined : holding.at(nth);
    elements = nth === undefined ? holding : one === undefined ? [] : [one];
  }
  for (const marked of document.querySelectorAll(`[${mark}]`)) marked.removeAttribute(mark);
  elements[0]?.setAttribute(mark, '');
  return elements.map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return {
      text: element.innerText,
      value: 'value' in element ? String(element.value) : null,
      enabled: !element.matches(':disabled, [aria-disabled=true]'),
      attributes: Object.fromEntries([...element.attributes].map((attribute) => [attribute.name, attribute.value])),
      box: { x, y, width, height },
    };
  });
}

const MARK = 'data-found-by-test';

export class Tab {
  readonly driver: Driver;

  constructor(driver: Driver) {
    this.driver = driver;
  }

  async run<A extends readonly unknown[], R>(script: (...args: A) => R, ...args: A): Promise<R> {
    return (await this.driver.evaluate(`(${String(script)})(...${JSON.stringify(args)})`)) as R;
  }

  /** All that match now. */
  async all(find: Find): Promise<readonly Found[]> {
    if ((await this.driver.evaluate('typeof TestingLibraryDom')) === 'undefined') {
      await this.driver.evaluate(`void (() => {\n${LIBRARY}\n})()`);
    }
    return await this.run(lookFor, chainOf(find), MARK);
  }

  async count(find: Find): Promise<number> {
    return (await this.all(find)).length;
  }

  /** Waits for the first one that matches and for which `holds`. */
  async see(find: Find, holds: (found: Found) => boolean = () => true): Promise<Found> {
    let seen: Found | undefined;
    await expect(async () => {
      const [first] = await this.all(find);
      expect(first, JSON.stringify(chainOf(find))).toBeDefined();
      expect(first !== undefined && holds(first), `${JSON.stringify(chainOf(find))} is ${first?.text}`).toBe(true);
      seen = first;
    }).toPass();
    if (seen === undefined) throw new Error('toPass ended without a find');
    return seen;
  }

  async gone(find: Find): Promise<void> {
    await expect.poll(() => this.count(find), JSON.stringify(chainOf(find))).toBe(0);
  }

  /** Waits until it is there and enabled. What was replaced meanwhile is looked for again. */
  async click(find: Find): Promise<void> {
    await expect(async () => {
      const [first] = await this.all(find);
      expect(first?.enabled, JSON.stringify(chainOf(find))).toBe(true);
      await this.driver.click(`[${MARK}]`);
    }).toPass();
  }

  /** Replaces what a field holds. */
  async write(find: Find, text: string): Promise<void> {
    await this.click(find);
    await this.press('Control+a');
    await this.driver.type(text);
    await this.see(find, ({ value }) => value === text);
  }

  async upload(find: Find, path: string): Promise<void> {
    await this.see(find);
    await this.driver.upload(`[${MARK}]`, path);
  }

  press(keys: string): Promise<void> {
    return this.driver.press(keys);
  }
}
