/** Up and down in text whose lines the browser has broken. */

/** Where a token is seen; undefined of one that is not. */
type BoxOf = (token: number) => DOMRect | undefined;

/** The token on the next line that lies nearest; the next one where there is no line below. */
export function tokenBelow(boxOf: BoxOf, token: number, last: number): number {
  return onOtherLine(boxOf, token, 1, last) ?? token + 1;
}

/** The token on the line before. */
export function tokenAbove(boxOf: BoxOf, token: number): number {
  return onOtherLine(boxOf, token, -1, 0) ?? token - 1;
}

function onOtherLine(boxOf: BoxOf, token: number, direction: 1 | -1, end: number): number | null {
  const start = boxOf(token);
  if (start === undefined) return null;
  const middle = (start.left + start.right) / 2;
  let best: { readonly token: number; readonly distance: number; readonly top: number } | null = null;
  for (let index = token + direction; direction > 0 ? index <= end : index >= end; index += direction) {
    const box = boxOf(index);
    if (box === undefined) continue;
    if (Math.abs(box.top - start.top) < start.height / 2) continue; // still on the same line
    if (best !== null && Math.abs(box.top - best.top) > box.height / 2) break; // already on the one after
    const distance = Math.abs((box.left + box.right) / 2 - middle);
    if (best === null || distance < best.distance) best = { token: index, distance, top: box.top };
  }
  return best?.token ?? null;
}
