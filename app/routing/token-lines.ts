/** Up and down in text whose lines the browser has broken. */

/** The token on the next line that lies nearest; the next one where there is no line below. */
export function tokenBelow(list: HTMLElement | null, token: number, last: number): number {
  return onOtherLine(list, token, 1, last) ?? token + 1;
}

/** The token on the line before. */
export function tokenAbove(list: HTMLElement | null, token: number): number {
  return onOtherLine(list, token, -1, 0) ?? token - 1;
}

function onOtherLine(list: HTMLElement | null, token: number, direction: 1 | -1, end: number): number | null {
  const boxOf = (index: number): DOMRect | undefined =>
    list?.querySelector(`[data-token="${index}"]`)?.getBoundingClientRect();
  const start = boxOf(token);
  if (start === undefined) return null;
  const middle = (start.left + start.right) / 2;
  let best: { readonly token: number; readonly distance: number; readonly top: number } | null = null;
  for (let index = token + direction; direction > 0 ? index <= end : index >= end; index += direction) {
    const box = boxOf(index);
    if (box === undefined) break;
    if (Math.abs(box.top - start.top) < start.height / 2) continue; // still on the same line
    if (best !== null && Math.abs(box.top - best.top) > box.height / 2) break; // already on the one after
    const distance = Math.abs((box.left + box.right) / 2 - middle);
    if (best === null || distance < best.distance) best = { token: index, distance, top: box.top };
  }
  return best?.token ?? null;
}
