/** How deep a formula nests, told before it is parsed: its boxes lie within each other, and the browser recurses into them. */

/** Nobody writes more, and 150 end the renderer process. */
export const MAX_LEVELS = 50;
/** Matrices of thousands of cells take seconds to lay out. */
export const MAX_ELEMENTS = 12_000;

/** What opens and closes a group. */
const GROUPS = /\\(?:left|begin|begingroup|bgroup|right|end|endgroup|egroup)(?![a-zA-Z])|\\[a-zA-Z]+|\\[^]|[{}]/g;
const OPENERS: ReadonlySet<string> = new Set(['{', '\\left', '\\begin', '\\begingroup', '\\bgroup']);
const CLOSERS: ReadonlySet<string> = new Set(['}', '\\right', '\\end', '\\endgroup', '\\egroup']);

/** Upper bound of the levels: groups within each other, and commands that take each other for their arguments. */
export function nestingOf(tex: string): number {
  let groups = 0;
  let deepest = 0;
  let chain = 0;
  let end = 0;
  for (const match of tex.matchAll(GROUPS)) {
    const [token] = match;
    const isAdjacent = tex.slice(end, match.index).trim() === '';
    end = match.index + token.length;
    if (OPENERS.has(token)) groups++;
    else if (CLOSERS.has(token)) groups = Math.max(0, groups - 1);
    // `\frac\frac\frac…` needs no braces; letters such as `\alpha` follow each other too, but not fifty of them.
    chain = isAdjacent && TAKES_ARGUMENT.test(token) ? chain + 1 : 0;
    deepest = Math.max(deepest, groups, chain);
  }
  return deepest;
}

const TAKES_ARGUMENT =
  /^\\(?:[dtc]?frac|sqrt|[dt]?binom|over\w+|under\w+|math\w+|text\w*|bold\w*|hat|bar|vec|dot|ddot|tilde|wide\w+|op\w+|phantom|boxed|cancel|[bx]cancel|not|stackrel|pmb)$/;
