/**
 * Finds LaTeX in Markdown before Markdown is parsed, because the parser would take `_`, `*` and `\(` for its own. Each formula is
 * replaced by a mark that no Markdown rule knows; `restore-formulas.ts` puts them back. `remark-math` was not chosen: it
 * knows neither `\(…\)` nor `\[…\]`, and takes "$5 and $10" for a formula.
 */

export interface Formula {
  readonly tex: string;
  readonly display: boolean;
  /** As it was written, with its delimiters. */
  readonly source: string;
}

export interface MathSource {
  readonly markdown: string;
  readonly formulas: readonly Formula[];
}

/** Of the private use area, around the index of a formula. */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARK = /\uE000(\d+)\uE001/g;

const FENCE = /^(?: {0,3}|.*[-*+>.)] +)(`{3,}|~{3,})/;

/** No formula spans a blank line, so that Markdown can be cut there while it streams. */
const WITHIN_A_PARAGRAPH = String.raw`(?:(?!\n[ \t]*\n)[^])`;

/** Characters; without a limit, a text of nothing but opening delimiters would be read once for each of them. */
const LENGTH = '{1,5000}?';

/** What stands at the position: code to pass over, then the four kinds of delimiters. */
const CODE_SPAN = new RegExp(String.raw`(\`+)(?!\`)${WITHIN_A_PARAGRAPH}${LENGTH}(?<!\`)\1(?!\`)`, 'y');
/** Addresses may hold dollars. */
const ADDRESS = /\]\([^\s()]*|https?:\/\/[^\s<>]*/y;
const BRACKETS = new RegExp(String.raw`\\\[(${WITHIN_A_PARAGRAPH}${LENGTH})\\\]`, 'y');
const PARENTHESES = new RegExp(String.raw`\\\((${WITHIN_A_PARAGRAPH}${LENGTH})\\\)`, 'y');
const TWO_DOLLARS = new RegExp(String.raw`\$\$(${WITHIN_A_PARAGRAPH}${LENGTH})\$\$`, 'y');
/** As Pandoc: no space inside the delimiters; and, against prices and shell variables, nothing alphanumeric outside. */
const ONE_DOLLAR = /(?<![\p{L}\p{N}])\$(?![\s$])((?:\\.|(?!\n[ \t]*\n)[^\\$]){1,5000}?)(?<!\s)\$(?![\p{L}\p{N}$])/uy;

/** "5 dollars, or 6$": an amount and words, not a product. */
const AMOUNT_AND_WORDS = /^\d[\d.,]*\s+[\p{L}]{2,}/u;

/** "$1 = R$ 5", "$9/S$ 12", "$5 (US$)": an amount, and at its end the letters of a currency, not of a formula. */
const AMOUNT = /^[-+−~≈]?[.,]?\d/;
const CURRENCY = /(?<![\p{L}\p{N}\\_^{])(?:\p{Lu}{1,3}|Mex|Col|Bds|Bs)$/u;
/** A product of three capitals is rare; these stand before dollars. */
const DOLLARS = /(?<![\p{L}\p{N}\\_^{])(?:US|AU|CA|NZ|HK|NT|MX|Mex|Col|CL|AR|RD|TT|FJ|BZ|EC|Bds)$/u;

/** Whether the dollar that would end a formula is that of an amount. `after`: what follows it. */
function endsInCurrency(tex: string, after: string): boolean {
  return AMOUNT.test(tex) && (DOLLARS.test(tex) || (CURRENCY.test(tex) && /^[^\S\n]*[-−]?\d/.test(after)));
}

export function extractMath(text: string): MathSource {
  if (!/[$\\]/.test(text) || text.includes(OPEN)) return { markdown: text, formulas: [] };
  const formulas: Formula[] = [];
  let markdown = '';
  let at = 0;
  while (at < text.length) {
    const skipped = codeAt(text, at) || (matchAt(ADDRESS, text, at)?.[0].length ?? 0);
    if (skipped > 0) {
      markdown += text.slice(at, at + skipped);
      at += skipped;
      continue;
    }
    const formula = formulaAt(text, at);
    if (formula !== null) {
      markdown += `${OPEN}${formulas.length}${CLOSE}`;
      formulas.push(formula);
      at += formula.source.length;
      continue;
    }
    const length = text[at] === '\\' ? 2 : 1; // an escaped dollar or backslash begins nothing
    markdown += text.slice(at, at + length);
    at += length;
  }
  return { markdown, formulas };
}

/** Length of the code that begins here: a fence that begins this line, or a span in backticks. */
function codeAt(text: string, at: number): number {
  if (at === 0 || text[at - 1] === '\n') {
    const lineEnd = text.indexOf('\n', at);
    const mark = FENCE.exec(text.slice(at, lineEnd < 0 ? text.length : lineEnd))?.[1];
    if (mark !== undefined) {
      const rest = text.slice(at);
      const close = new RegExp(String.raw`\n[ \t>]*${mark}[\`~]*[ \t]*(?=\n|$)`).exec(rest);
      return close === null ? rest.length : close.index + close[0].length;
    }
  }
  return text[at] === '`' ? (matchAt(CODE_SPAN, text, at)?.[0].length ?? 1) : 0;
}

function formulaAt(text: string, at: number): Formula | null {
  const character = text[at];
  if (character !== '$' && character !== '\\') return null;
  for (const [pattern, display] of [
    [BRACKETS, true],
    [PARENTHESES, false],
    [TWO_DOLLARS, true],
    [ONE_DOLLAR, false],
  ] as const) {
    const [source, tex = ''] = matchAt(pattern, text, at) ?? [];
    if (source === undefined || tex.trim() === '') continue;
    const after = text.slice(at + source.length, at + source.length + 4);
    if (pattern === ONE_DOLLAR && (AMOUNT_AND_WORDS.test(tex) || endsInCurrency(tex, after))) continue;
    return { tex: tex.trim(), display, source };
  }
  return null;
}

function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

/** Cuts text at its marks: strings and formulas in turn. */
export function splitAtMarks(text: string, formulas: readonly Formula[]): (string | Formula)[] {
  const parts: (string | Formula)[] = [];
  let end = 0;
  for (const match of text.matchAll(MARK)) {
    const formula = formulas[Number(match[1])];
    if (formula === undefined) continue;
    if (match.index > end) parts.push(text.slice(end, match.index));
    parts.push(formula);
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** The same text, for formulas that stand so many places further on in a longer list. */
export function movedMarks(text: string, by: number): string {
  return text.replaceAll(MARK, (_mark, index: string) => `${OPEN}${Number(index) + by}${CLOSE}`);
}

/** The text as it was before its formulas were taken out. */
export function withSources(text: string, formulas: readonly Formula[]): string {
  return splitAtMarks(text, formulas)
    .map((part) => (typeof part === 'string' ? part : part.source))
    .join('');
}
