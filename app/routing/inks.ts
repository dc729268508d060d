/**
 * Grounds under words of the page, by the CSS Custom Highlight API: nothing of the document changes, so that formatting, selection and
 * what React knows of it stay. Every browser with WebGPU has it.
 */

/** How words are marked: a name that CSS knows, and what it does. */
export interface Ink {
  readonly name: string;
  /** Declarations. */
  readonly css: string;
  /** Higher ones are drawn over lower ones. */
  readonly priority: number;
}

export function canInk(): boolean {
  return typeof Highlight === 'function' && typeof CSS !== 'undefined' && 'highlights' in CSS;
}

/** What several answers write in, and how many have it in use. */
const rules = new Map<string, string>();
let sheet: CSSStyleSheet | null = null;
let isStale = false;

/** The inks of one answer. */
export class Inks {
  #inked: readonly (readonly [Highlight, StaticRange])[] = [];

  /** Instead of what was inked before. */
  ink(marks: Iterable<readonly [Ink, readonly StaticRange[]]>): void {
    this.clear();
    const inked: (readonly [Highlight, StaticRange])[] = [];
    for (const [ink, ranges] of marks) {
      const highlight = highlightOf(ink);
      for (const range of ranges) {
        highlight.add(range);
        inked.push([highlight, range]);
      }
    }
    this.#inked = inked;
    writeRules();
  }

  clear(): void {
    for (const [highlight, range] of this.#inked) highlight.delete(range);
    this.#inked = [];
  }
}

function highlightOf({ name, css, priority }: Ink): Highlight {
  let highlight = CSS.highlights.get(name);
  if (highlight === undefined) {
    highlight = new Highlight();
    highlight.priority = priority;
    CSS.highlights.set(name, highlight);
  }
  if (rules.get(name) !== css) {
    rules.set(name, css);
    isStale = true;
  }
  return highlight;
}

function writeRules(): void {
  if (!isStale) return;
  isStale = false;
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  sheet.replaceSync([...rules].map(([name, css]) => `::highlight(${name}) { ${css} }`).join('\n'));
}
