/** What happened when, for the performance panel of the browser's tools and for `npm run bench:start`. */
export function mark(what: string): void {
  performance.mark(`mixtab:${what}`);
}
