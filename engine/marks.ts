/** What happened when, for the performance panel of the browser's tools and for `npm run bench:start`. */
export function mark(what: string): void {
  performance.mark(`mixtab:${what}`);
}

/** What took from `begun` (of `performance.now()`) until now. */
export function span(what: string, begun: number): void {
  performance.measure(`mixtab:${what}`, { start: begun, end: performance.now() });
}
